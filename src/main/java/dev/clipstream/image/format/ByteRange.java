package dev.clipstream.image.format;

/// A part of a file. It is not known to lie within the file until that has been checked.
///
/// @param at     the position of its first byte
/// @param length in bytes
public record ByteRange(long at, long length) {}
