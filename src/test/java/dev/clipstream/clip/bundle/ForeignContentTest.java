package dev.clipstream.clip.bundle;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignContentTest {
    private static final String POINTER = """
            version https://git-lfs.github.com/spec/v1
            oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
            size 351530220
            """;
    private static final String PAGE = """

            <!DOCTYPE html>
            <html><head><title>
             Sign in to the hub </title></head></html>""";

    @TempDir
    private Path folder;

    private Path root = Path.of("");
    private Path graph = Path.of("");

    @BeforeEach
    void write() throws IOException {
        root = RandomClip.write(folder.resolve("bundle"), Spec.TINY.external(true))
                .toRealPath();
        graph = root.resolve("onnx/vision_model.onnx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"onnx/vision_model.onnx", "onnx/vision_model.onnx_data"})
    void aPointerOfGitLfsIsNamedInsteadOfWeights(String file) throws IOException {
        // given
        Files.writeString(root.resolve(file), POINTER);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("content of " + file)
                .withMessageContaining("pointer of Git LFS")
                .withMessageContaining("git lfs pull");
    }

    @ParameterizedTest
    @ValueSource(strings = {"onnx/vision_model.onnx", "onnx/vision_model.onnx_data"})
    void aWebPageIsNamedInsteadOfWeightsWithItsTitle(String file) throws IOException {
        // given
        Files.writeString(root.resolve(file), PAGE);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("content of " + file)
                .withMessageContaining("a web page with the title 'sign in to the hub'");
    }

    @ParameterizedTest
    @CsvSource({"Entry not found, Entry not found", "'{\"error\":\"Repository not found\"}', Repository not found"})
    void aServersMessageIsQuoted(String content, String quoted) throws IOException {
        // given
        Files.writeString(graph, content);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("found the text '")
                .withMessageContaining(quoted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "preprocessor_config.json", "tokenizer.json"})
    void aPointerOrAPageInsteadOfASmallFileIsNamed(String name) throws IOException {
        // given
        Path file = root.resolve(name);

        // when, then
        Files.writeString(file, POINTER);
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> JsonFile.read(root, file))
                .withMessageContaining("pointer of Git LFS");
        Files.writeString(file, PAGE);
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> JsonFile.read(root, file))
                .withMessageContaining("a web page");
    }
}
