package dev.clipstream.image;

/// What decoding a picture holds at its peak, at most: pixels and what the decoder keeps beside them.
///
/// @param heap      in bytes, on the Java heap
/// @param outOfHeap in bytes, in a native decoder's own memory
record Footprint(long heap, long outOfHeap) {
    static final Footprint NONE = new Footprint(0, 0);

    static Footprint onHeap(long bytes) {
        return new Footprint(bytes, 0);
    }

    static Footprint outOfHeap(long bytes) {
        return new Footprint(0, bytes);
    }

    Footprint plus(Footprint other) {
        return new Footprint(heap + other.heap, outOfHeap + other.outOfHeap);
    }

    long total() {
        return heap + outOfHeap;
    }
}
