package dev.clipstream.clip.onnx;

import java.util.ArrayList;
import java.util.List;

/// The sizes of batches that a device runs.
///
/// On a GPU they are few: one, then powers of two, then the largest. Each size costs a search for kernels and a plan of
/// memory, and TensorRT compiles for a range of them. A batch is filled up to the next size with copies of its last
/// image, whose vectors are discarded, and a batch above the largest is run in parts.
///
/// @param sizes ascending, each at least 1; empty if the device runs batches of any size
record BatchShapes(List<Integer> sizes) {
    /// Batches of any size.
    static final BatchShapes ANY = new BatchShapes(List.of());

    BatchShapes {
        sizes = List.copyOf(sizes);
    }

    /// Returns the sizes up to the largest.
    static BatchShapes upTo(int largest) {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; size < largest; size *= 2) {
            sizes.add(size);
        }
        sizes.add(largest);
        return new BatchShapes(sizes);
    }

    /// Returns one size.
    static BatchShapes only(int size) {
        return new BatchShapes(List.of(size));
    }

    /// Returns the size in which so many images run: the next one, or the largest if they need several runs.
    ///
    /// @param images at least 1
    int of(int images) {
        for (int size : sizes) {
            if (size >= images) {
                return size;
            }
        }
        return sizes.isEmpty() ? images : sizes.getLast();
    }
}
