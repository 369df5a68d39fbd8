package dev.clipstream.train.engine;

/// The towers' outputs for some pairs.
///
/// @param images `[n · dimension]`, row-major, not normalized
/// @param texts  `[n · dimension]`, row-major, not normalized
@SuppressWarnings("ArrayRecordComponent") // on their way from one engine array to another
record Features(float[] images, float[] texts) {}
