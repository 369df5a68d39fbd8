package dev.clipstream.image.format;

/// The memory that decoding an image holds at its peak, at most: the pixels and the decoder's own buffers.
///
/// @param heap      bytes on the Java heap
/// @param outOfHeap bytes in the memory of a native decoder
public record Footprint(long heap, long outOfHeap) {
    /// No memory.
    public static final Footprint NONE = new Footprint(0, 0);

    /// Returns a footprint on the Java heap only.
    public static Footprint onHeap(long bytes) {
        return new Footprint(bytes, 0);
    }

    /// Returns a footprint in native memory only.
    public static Footprint outOfHeap(long bytes) {
        return new Footprint(0, bytes);
    }

    /// Returns the sum of this footprint and another.
    public Footprint plus(Footprint other) {
        return new Footprint(heap + other.heap, outOfHeap + other.outOfHeap);
    }

    /// Returns the bytes on the heap and in native memory together.
    public long total() {
        return heap + outOfHeap;
    }
}
