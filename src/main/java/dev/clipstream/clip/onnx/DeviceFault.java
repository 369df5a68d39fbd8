package dev.clipstream.clip.onnx;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Locale;

/// What an error of ONNX Runtime says about the device. Only its texts tell, its codes do not.
enum DeviceFault {
    /// The batch was too large for the memory that the device has left.
    OUT_OF_MEMORY,
    /// The CUDA context is broken until the process ends, or the device is gone.
    LOST,
    /// The error concerns the inputs.
    NONE;

    private static final List<String> MEMORY = List.of(
            "out of memory",
            "failed to allocate memory",
            "bfcarena::allocaterawinternal",
            "is smaller than requested bytes",
            "cuda failure 2:",
            "cudaerrormemoryallocation",
            "cublas_status_alloc_failed",
            "cudnn_status_alloc_failed",
            "bad_alloc",
            "bad allocation");

    private static final List<String> LOSS = List.of(
            "cuda failure 4:",
            "cuda failure 46:",
            "cuda failure 100:",
            "cuda failure 101:",
            "cuda failure 214:",
            "cuda failure 700:",
            "cuda failure 702:",
            "cuda failure 710:",
            "cuda failure 714:",
            "cuda failure 719:",
            "cuda failure 999:",
            "illegal memory access",
            "unspecified launch failure",
            "device-side assert",
            "uncorrectable ecc",
            "driver shutting down",
            "no cuda-capable device",
            "device is busy or unavailable",
            "the launch timed out",
            "hardware stack error",
            "cublas_status_execution_failed",
            "cublas_status_not_initialized",
            "cudnn_status_execution_failed",
            "cudnn_status_not_initialized");

    /// Classifies an exception by its text. Memory comes before loss, since an error may name both.
    static DeviceFault of(OrtException e) {
        return of(String.valueOf(e.getMessage()));
    }

    static DeviceFault of(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        if (MEMORY.stream().anyMatch(text::contains)) {
            return OUT_OF_MEMORY;
        }
        return LOSS.stream().anyMatch(text::contains) ? LOST : NONE;
    }
}
