package dev.clipstream.train.engine;

/// What the towers make of some pairs.
///
/// @param images `[n · dimension]`, row by row, not normalised
/// @param texts  likewise
@SuppressWarnings("ArrayRecordComponent") // on their way from one engine array to another
record Features(float[] images, float[] texts) {}
