package dev.clipstream.clip.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExportAdviceTest {
    private static final String CLIP = "{\"model_type\":\"clip\"}";

    @TempDir
    private Path folder;

    static Stream<Arguments> folders() {
        return Stream.of(
                Arguments.of(
                        "transformers",
                        CLIP,
                        List.of("model.safetensors", "tokenizer.json"),
                        "found model.safetensors and no .onnx file",
                        "optimum-cli export onnx --model "),
                Arguments.of(
                        "MetaCLIP 2",
                        "{\"model_type\":\"metaclip_2\"}",
                        List.of("model.safetensors", "tokenizer.json"),
                        "found model.safetensors and no .onnx file",
                        " --variant split --task zero-shot-image-classification "),
                Arguments.of(
                        "old weights of transformers",
                        "{\"model_type\":\"chinese_clip\"}",
                        List.of("clip_cn_vit-b-16.pt", "pytorch_model.bin", "vocab.txt"),
                        "found pytorch_model.bin and no",
                        "optimum-cli export onnx"),
                Arguments.of(
                        "weights in several files",
                        "{\"model_type\":\"siglip\"}",
                        List.of("model-00001-of-00002.safetensors", "model.safetensors.index.json"),
                        "found model.safetensors.index.json",
                        "optimum-cli export onnx"),
                Arguments.of(
                        "OpenCLIP",
                        "",
                        List.of("open_clip_config.json", "open_clip_model.safetensors"),
                        "found open_clip_model.safetensors and no",
                        "export_open_clip.py local-dir:"),
                Arguments.of(
                        "OpenCLIP's weights without their configuration",
                        "",
                        List.of("open_clip_pytorch_model.bin"),
                        "found open_clip_pytorch_model.bin",
                        "export_open_clip.py NAME "),
                Arguments.of(
                        "Chinese-CLIP's own weights",
                        "",
                        List.of("clip_cn_vit-l-14-336.pt"),
                        "found clip_cn_vit-l-14-336.pt",
                        "pytorch_to_onnx.py --model-arch ViT-L-14-336 "),
                Arguments.of(
                        "a model with code",
                        "{\"model_type\":\"fgclip2\",\"auto_map\":{}}",
                        List.of("model.safetensors", "modeling_fgclip2.py"),
                        "model.safetensors with program code of its own and no .onnx file",
                        "Clipstream runs no code of a model"),
                Arguments.of(
                        "NaFlex",
                        "{\"model_type\":\"siglip2\",\"vision_config\":{\"num_patches\":256}}",
                        List.of("model.safetensors"),
                        "found model.safetensors",
                        "NaFlex"),
                Arguments.of(
                        "another type",
                        "{\"model_type\":\"align\"}",
                        List.of("model.safetensors"),
                        "found model.safetensors",
                        "docs/export.md"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("folders")
    void theRefusalNamesTheWeightsAndTheCommandThatExportsThem(
            String kind, String config, List<String> files, String found, String remedy) throws Exception {
        // given
        for (String file : files) {
            Files.writeString(folder.resolve(file), "x");
        }
        if (!config.isEmpty()) {
            Files.writeString(folder.resolve("config.json"), config);
        }

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .as(kind)
                .isThrownBy(() -> BundleFiles.find(folder, ModelOptions.AUTO))
                .withMessageContaining(found)
                .withMessageContaining(remedy);
    }

    @Test
    void theModelInsideOfASentenceTransformerIsNamed() throws Exception {
        // given
        Files.writeString(folder.resolve("modules.json"), "[]");
        Path inner = Files.createDirectory(folder.resolve("0_CLIPModel"));
        Files.writeString(inner.resolve("config.json"), CLIP);
        Files.writeString(inner.resolve("model.safetensors"), "x");

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> BundleFiles.find(folder, ModelOptions.AUTO))
                .withMessageContaining("found 0_CLIPModel/model.safetensors of sentence-transformers")
                .withMessageContaining("--model " + inner.toRealPath());
    }

    @Test
    void aPathIsQuotedForTheShell() throws Exception {
        // given
        Path named = Files.createDirectory(folder.resolve("my model's $HOME"));
        Files.writeString(named.resolve("config.json"), CLIP);
        Files.writeString(named.resolve("model.safetensors"), "x");

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> BundleFiles.find(named, ModelOptions.AUTO))
                .withMessageContaining("--model '" + folder.toRealPath() + "/my model'\\''s $HOME' --task")
                .withMessageContaining("/my model'\\''s $HOME-onnx' (docs");
    }

    @Test
    void aFolderWithoutAnyWeightsIsNotTakenForAnother() throws IOException {
        // given
        Files.writeString(folder.resolve("config.json"), CLIP);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> BundleFiles.find(folder, ModelOptions.AUTO))
                .satisfies(refusal -> assertThat(refusal.remedy()).contains("copy the model's files"));
    }

    @Test
    void oneTowerAloneIsNamed() throws IOException {
        // given
        Files.createDirectory(folder.resolve("onnx"));
        Files.writeString(folder.resolve("onnx/vision_model.onnx"), "x");
        Files.writeString(folder.resolve("model.safetensors"), "x");

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> BundleFiles.find(folder, ModelOptions.AUTO))
                .withMessageContaining("onnx/text_model.onnx")
                .withMessageContaining("found [onnx/vision_model.onnx]")
                .withMessageContaining("copy the missing tower");
    }
}
