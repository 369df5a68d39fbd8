package dev.clipstream.clip.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Locks the pages of a buffer in memory, so that a GPU reads it directly. CUDA copies any other memory through a
/// buffer of its own first, at about half the speed.
///
/// ONNX Runtime's Java interface allocates no such memory, so CUDA's own library locks a buffer of Java. ONNX Runtime
/// has that library loaded on every machine with CUDA. Where it is missing or refuses, the buffer is used unlocked.
final class PageLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PageLock.class.getName());
    private static final String LIBRARY = "libcudart.so.12";
    /// `cudaHostRegisterPortable`: locked for all devices.
    private static final int PORTABLE = 1;
    /// Devices whose first buffer that stays unlocked was reported.
    private static final Set<Integer> UNLOCKED = ConcurrentHashMap.newKeySet();

    private final Cuda cuda;
    private final MemorySegment memory;

    private PageLock(Cuda cuda, MemorySegment memory) {
        this.cuda = cuda;
        this.memory = memory;
    }

    /// Locks a buffer until closed. Close the lock before the buffer is unreachable.
    ///
    /// @param device index of the GPU that reads it
    /// @param buffer a direct buffer
    /// @return empty if it stays unlocked
    static Optional<PageLock> of(int device, ByteBuffer buffer) {
        Optional<Cuda> cuda = Library.CUDA;
        if (cuda.isEmpty()) {
            return Optional.empty();
        }
        MemorySegment memory = MemorySegment.ofBuffer(buffer);
        // a thread's first call opens a context on its current device, which is GPU 0 unless set
        int failure = cuda.get().setDevice(device);
        if (failure == 0) {
            failure = cuda.get().lock(memory);
        }
        if (failure != 0) {
            LOG.log(
                    UNLOCKED.add(device) ? System.Logger.Level.INFO : System.Logger.Level.DEBUG,
                    "Cannot lock {0} bytes: CUDA error {1}",
                    memory.byteSize(),
                    failure);
            return Optional.empty();
        }
        return Optional.of(new PageLock(cuda.get(), memory));
    }

    @Override
    public void close() {
        cuda.unlock(memory);
    }

    private static final class Library {
        static final Optional<Cuda> CUDA = Cuda.find();
    }

    /// CUDA's functions. Each returns an error number, 0 for success.
    private record Cuda(
            MethodHandle setDevice, MethodHandle register, MethodHandle unregister, MethodHandle lastError) {

        @SuppressWarnings("restricted") // four calls of CUDA's C interface
        static Optional<Cuda> find() {
            try {
                SymbolLookup library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
                Linker linker = Linker.nativeLinker();
                return Optional.of(new Cuda(
                        linker.downcallHandle(
                                library.findOrThrow("cudaSetDevice"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)),
                        linker.downcallHandle(
                                library.findOrThrow("cudaHostRegister"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.JAVA_INT)),
                        linker.downcallHandle(
                                library.findOrThrow("cudaHostUnregister"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)),
                        linker.downcallHandle(
                                library.findOrThrow("cudaGetLastError"), FunctionDescriptor.of(ValueLayout.JAVA_INT))));
            } catch (IllegalArgumentException | NoSuchElementException e) {
                LOG.log(System.Logger.Level.INFO, "No {0}: buffers are not locked", LIBRARY);
                return Optional.empty();
            }
        }

        int setDevice(int device) {
            return cleared(() -> (int) setDevice.invokeExact(device));
        }

        int lock(MemorySegment memory) {
            return cleared(() -> (int) register.invokeExact(memory, memory.byteSize(), PORTABLE));
        }

        int unlock(MemorySegment memory) {
            return cleared(() -> (int) unregister.invokeExact(memory));
        }

        /// Makes a call, and clears CUDA's record of its error, which ONNX Runtime would find after its next call.
        private int cleared(Call call) {
            try {
                int failure = call.invoke();
                if (failure != 0) {
                    int cleared = (int) lastError.invokeExact();
                    LOG.log(System.Logger.Level.TRACE, "CUDA error {0} cleared", cleared);
                }
                return failure;
            } catch (Throwable e) {
                throw new IllegalStateException("Expected a function of " + LIBRARY + " to return, found " + e, e);
            }
        }

        @FunctionalInterface
        private interface Call {
            int invoke() throws Throwable;
        }
    }
}
