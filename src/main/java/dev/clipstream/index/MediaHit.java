package dev.clipstream.index;

/// A medium that a vector found.
///
/// @param media  what was found
/// @param cosine of its vector and the query's, -1 to 1, as exact as the index keeps vectors
public record MediaHit(IndexedMedia media, double cosine) {}
