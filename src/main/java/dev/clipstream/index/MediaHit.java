package dev.clipstream.index;

/// A result of a [NearestQuery].
///
/// @param media  the medium that was found
/// @param cosine of its vector and the query's, -1 to 1, with the precision of the index
public record MediaHit(IndexedMedia media, double cosine) {}
