package dev.clipstream.clip.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// The native heap, in which ONNX Runtime leaves much free memory behind.
///
/// When a session opens, weights are packed anew for the matrix kernels, and the memory of the old ones is freed.
/// glibc keeps it all the same: 150 MiB for ViT-B/32. Setting `MALLOC_MMAP_THRESHOLD_` beforehand frees as much, but
/// then glibc requests the scratch memory of every run from the kernel, which takes a quarter of the processor time.
final class NativeHeap {
    private NativeHeap() {}

    /// Returns free memory to the system. Does nothing if the C library is not glibc.
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
            throw new IllegalStateException("Expected malloc_trim(size_t) to return an int, found " + e, e);
        }
    }
}
