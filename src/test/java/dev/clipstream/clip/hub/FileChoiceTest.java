package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.ModelException;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a repository without ONNX graphs is refused with.
class FileChoiceTest {
    @ParameterizedTest
    @CsvSource({
        "org/clip, config.json model.safetensors, clip, optimum-cli export onnx --model org/clip --task",
        "org/clip, config.json model.safetensors, , optimum-cli export onnx --model org/clip --task",
        "org/m2, config.json model.safetensors, metaclip_2, --model org/m2 --variant split --task",
        "facebook/metaclip-2-worldwide-b32, config.json model.safetensors, , --variant split --task",
        "qihoo360/fg-clip2-base, config.json model.safetensors m.py, fgclip2, Clipstream runs no code of a model",
        "org/align, config.json model.safetensors, align, export it to ONNX",
        "org/clip, open_clip_config.json open_clip_model.safetensors, , export_open_clip.py hf-hub:org/clip DIR",
        "facebook/PE-Core-B16-224, PE-Core-B16-224.pt, , export_open_clip.py hf-hub:timm/PE-Core-B-16 DIR",
        "apple/MobileCLIP2-S3, mobileclip2_s3.pt, , export_open_clip.py hf-hub:timm/MobileCLIP2-S3-OpenCLIP DIR"
    })
    void theRefusalNamesTheExporterThatFits(String repository, String files, @Nullable String type, String command) {
        assertThatThrownBy(() -> FileChoice.of(
                        repository,
                        new TreeSet<>(Arrays.asList(files.split(" ", -1))),
                        "",
                        "auto",
                        Optional.ofNullable(type)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("weights for PyTorch only")
                .hasMessageContaining(command)
                .hasMessageContaining("docs/export.md");
    }
}
