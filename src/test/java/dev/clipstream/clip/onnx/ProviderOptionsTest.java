package dev.clipstream.clip.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderOptionsTest {
    @TempDir
    private Path folder;

    @Test
    void tensorRtCompilesOnceForAllBatchesAndKeepsWhatItCompiled() {
        assertThat(ProviderOptions.tensorrt(
                        true,
                        Optional.of(new ProviderOptions.Shapes("a:1x3", "a:64x3")),
                        Optional.of(Path.of("cache"))))
                .containsEntry("trt_fp16_enable", "1")
                .containsEntry("trt_profile_min_shapes", "a:1x3")
                .containsEntry("trt_profile_opt_shapes", "a:64x3")
                .containsEntry("trt_profile_max_shapes", "a:64x3")
                .containsEntry("trt_engine_cache_path", "cache")
                .containsEntry("trt_timing_cache_path", "cache");
    }

    @Test
    void withoutKnownShapesAndAFolderTensorRtGetsNeither() {
        assertThat(ProviderOptions.tensorrt(false, Optional.empty(), Optional.empty()))
                .containsExactly(Map.entry("trt_fp16_enable", "0"));
    }

    @Test
    void twoGraphsOfOneArchitectureHaveFoldersOfTheirOwn() throws Exception {
        // given
        Path first = Files.writeString(folder.resolve("first.onnx"), "weights");
        Path second = Files.writeString(folder.resolve("second.onnx"), "weights");

        // when, then
        assertThat(EngineCache.name(first, "fp32"))
                .isEqualTo(EngineCache.name(first, "fp32"))
                .isNotEqualTo(EngineCache.name(first, "fp16"))
                .isNotEqualTo(EngineCache.name(second, "fp32"));
    }
}
