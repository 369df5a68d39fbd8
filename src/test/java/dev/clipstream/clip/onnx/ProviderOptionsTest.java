package dev.clipstream.clip.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        Path engines = folder.resolve("engines");
        Path engine = EngineCache.folder(engines, graph(first), "fp32");
        assertThat(EngineCache.folder(engines, graph(first), "fp16")).isNotEqualTo(engine);
        assertThat(EngineCache.folder(engines, graph(second), "fp32")).isNotEqualTo(engine);
        assertThat(EngineCache.folder(engines, graph(first), "fp32")).isEqualTo(engine);
        assertThat(engine).isDirectory();
    }

    @Test
    void aGraphWhoseExternalWeightsChangeGetsANewFolderAndTheFormerOneIsDeleted() throws Exception {
        // given
        Path model = Files.writeString(folder.resolve("model.onnx"), "nodes");
        Path data = Files.writeString(folder.resolve("model.onnx_data"), "weights");
        GraphFile graph = new GraphFile(model, "model.onnx", false, Set.of(data), false);
        Path engines = folder.resolve("engines");
        Path former = EngineCache.folder(engines, graph, "fp32");
        Path otherForm = EngineCache.folder(engines, graph, "fp16");
        Files.writeString(former.resolve("engine"), "compiled");

        // when
        Files.writeString(data, "weights of another training");
        Path found = EngineCache.folder(engines, graph, "fp32");

        // then
        assertThat(found).isNotEqualTo(former).isEmptyDirectory();
        assertThat(former).doesNotExist();
        assertThat(otherForm).isDirectory();
    }

    private static GraphFile graph(Path file) {
        return new GraphFile(file, file.toString(), false, Set.of(), false);
    }
}
