package dev.clipstream.clip.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileTest {
    private static final String LOCATION = "vision_model.onnx_data";

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

    @Test
    void theFilesOfExternalWeightsAreFound() throws Exception {
        assertThat(OnnxFile.read(root, graph).externalData())
                .containsExactly(root.resolve("onnx").resolve(LOCATION));
    }

    @Test
    void aGraphWithItsOwnWeightsHasNone() throws Exception {
        Path own = RandomClip.writeTiny(folder.resolve("own")).toRealPath();
        assertThat(OnnxFile.read(own, own.resolve("onnx/vision_model.onnx")).externalData())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../outside.bin.......", "/etc/passwd...........", "..//../../etc/passwd.."})
    void aLocationOutsideOfTheBundleIsRefused(String location) throws Exception {
        // given a location of the same length, so that the file stays whole
        String path = location.substring(0, LOCATION.length());
        relocate(path);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("inside of the bundle")
                .withMessageContaining(path);
    }

    @Test
    void aLinkOutOfTheBundleIsRefused() throws Exception {
        // given
        Path outside = Files.writeString(folder.resolve("outside"), "secret");
        Path data = graph.resolveSibling(LOCATION);
        Files.delete(data);
        Files.createSymbolicLink(data, outside);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("inside of the bundle");
    }

    @Test
    void everyTruncationAndMuchDamageIsSurvived() throws Exception {
        // given
        byte[] whole = Files.readAllBytes(graph);
        Random random = new Random(3);

        // when, then
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] damaged = i % 2 == 0 ? Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1)) : whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(graph, damaged);
            try {
                OnnxFile.read(root, graph);
            } catch (ModelException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(140);
    }

    private void relocate(String location) throws IOException {
        byte[] bytes = Files.readAllBytes(graph);
        byte[] from = LOCATION.getBytes(StandardCharsets.UTF_8);
        byte[] to = location.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i + from.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, bytes, i, to.length);
            }
        }
        Files.write(graph, bytes);
    }
}
