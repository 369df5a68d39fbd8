package dev.clipstream.train.evaluate;

/// Pictures of one label that another label was found nearest to.
///
/// @param label    id of what they show
/// @param taggedAs id of what they were taken for
/// @param count    of these pictures, at least 1
public record Confusion(String label, String taggedAs, int count) {}
