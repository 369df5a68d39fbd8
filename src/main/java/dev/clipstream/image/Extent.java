package dev.clipstream.image;

/// A part of a file; not yet known to lie inside it.
///
/// @param at     its first byte
/// @param length in bytes
record Extent(long at, long length) {}
