package dev.clipstream.clip.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// The native heap, of which ONNX Runtime leaves much unused behind.
///
/// As a session opens, weights are packed anew for the matrix kernels, and the room of the old ones is freed; glibc
/// keeps it all the same: 150 MiB for ViT-B/32. Telling glibc beforehand (`MALLOC_MMAP_THRESHOLD_`) frees as much,
/// but makes it ask the kernel for the scratch memory of every run, which takes a quarter of the processor.
final class NativeHeap {
    private NativeHeap() {}

    /// Gives what is free back to the system. Where the C library is not glibc, nothing happens.
    @SuppressWarnings("restricted") // one call of the C library, without pointers
    static void trim() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> trim = linker.defaultLookup().find("malloc_trim");
        if (trim.isEmpty()) {
            return;
        }
        FunctionDescriptor signature = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
        try {
            int released = (int) linker.downcallHandle(trim.get(), signature).invokeExact(0L);
            System.getLogger(NativeHeap.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "malloc_trim: {0}",
                            released == 1 ? "gave back" : "nothing to give");
        } catch (Throwable e) {
            throw new IllegalStateException("malloc_trim(size_t) was expected to return an int, found " + e, e);
        }
    }
}
