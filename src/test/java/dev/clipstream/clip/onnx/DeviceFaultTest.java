package dev.clipstream.clip.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceFaultTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OUT_OF_MEMORY | Non-zero status code returned while running Conv node. bfc_arena.cc:376 void*"
                        + " onnxruntime::BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size"
                        + " 1073741824",
                "OUT_OF_MEMORY | CUDA failure 2: out of memory ; GPU=0 ; hostname=a ; file=cuda_call.cc ; expr=cudaMalloc",
                "OUT_OF_MEMORY | Available memory of 1048576 is smaller than requested bytes of 4194304",
                "OUT_OF_MEMORY | CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
                "OUT_OF_MEMORY | std::bad_alloc",
                "LOST | CUDA failure 700: an illegal memory access was encountered ; GPU=0",
                "LOST | CUDA failure 719: unspecified launch failure ; GPU=1",
                "LOST | CUDA failure 214: uncorrectable ECC error encountered",
                "LOST | CUDNN failure 8: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0",
                "NONE | Got invalid dimensions for input: pixel_values",
                "NONE | CUDA failure 7000: none that we know",
            })
    void anErrorIsClassifiedByItsText(DeviceFault expected, String text) {
        assertThat(DeviceFault.of(text)).isEqualTo(expected);
    }
}
