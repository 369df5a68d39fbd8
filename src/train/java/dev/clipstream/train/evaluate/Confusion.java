package dev.clipstream.train.evaluate;

/// Images of one label that were assigned to another.
///
/// @param label    id of the true label
/// @param taggedAs id of the nearest label
/// @param count    of these images, at least 1
public record Confusion(String label, String taggedAs, int count) {}
