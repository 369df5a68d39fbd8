package dev.clipstream.clip.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Family;
import dev.clipstream.RandomClip.Layout;
import dev.clipstream.RandomClip.Pixels;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.RandomGraph;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelDescription;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.TestImages;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.clip.prologue.PixelPrologue;
import dev.clipstream.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BytePixelsTest {
    private static final ModelOptions FLOATS =
            ModelOptions.DEFAULT.withDevices("cpu").withPixels(ModelOptions.Pixels.FLOATS);
    private static final ModelOptions BYTES = FLOATS.withPixels(ModelOptions.Pixels.BYTES);

    @TempDir
    private Path folder;

    static List<Spec> graphsThatTakeFloats() {
        return List.of(
                Spec.TINY,
                Spec.TINY.pixels(Pixels.F16),
                Spec.TINY.weights(RandomGraph.Weights.FP16).pixels(Pixels.F16),
                Spec.TINY.weights(RandomGraph.Weights.INT8),
                Spec.TINY.external(true),
                Spec.TINY.batch(2),
                Spec.TINY.layout(Layout.COMBINED),
                Spec.TINY.layout(Layout.FLAT),
                Spec.TINY.family(Family.SIGLIP),
                Spec.TINY.family(Family.CHINESE),
                // weights of more than 16 KiB, which stay in the file
                Spec.DEMO);
    }

    @ParameterizedTest
    @MethodSource("graphsThatTakeFloats")
    void bytesAndFloatsGiveTheSameVectorsBitForBit(Spec spec) throws Exception {
        // given
        Path bundle = RandomClip.write(folder, spec);
        List<RgbImage> images = TestImages.noise(spec.size().image(), 1, 5);

        try (ClipModel floats = ModelOpening.open(bundle, FLOATS);
                ClipModel bytes = ModelOpening.open(bundle, BYTES)) {
            // when
            List<Embedding> expected = floats.imageSessions().getFirst().run(images);
            List<Embedding> found = bytes.imageSessions().getFirst().run(images);

            // then
            assertThat(found).isEqualTo(expected);
            assertThat(bytes.textEncoder().encode(List.of("a cat", "two dogs")))
                    .isEqualTo(floats.textEncoder().encode(List.of("a cat", "two dogs")));
            assertThat(bytes.identity()).isEqualTo(floats.identity());
            assertThat(bytes.describe().tensors())
                    .extracting(ModelDescription.Tensor::name)
                    .contains(PixelPrologue.PIXELS);
        }
    }

    @Test
    void everyLevelOfEveryChannelIsTheFloatOfTheNormalizer() throws Exception {
        // given a picture in which every byte occurs in every channel
        Path bundle = RandomClip.write(folder, Spec.TINY);
        byte[] pixels = new byte[3 * 32 * 32];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 3 + 85 * (i % 3));
        }
        RgbImage image = new RgbImage(32, 32, pixels);

        try (ClipModel floats = ModelOpening.open(bundle, FLOATS);
                ClipModel bytes = ModelOpening.open(bundle, BYTES)) {
            // when, then
            assertThat(bytes.imageSessions().getFirst().run(List.of(image)))
                    .isEqualTo(floats.imageSessions().getFirst().run(List.of(image)));
        }
    }

    @Test
    void aGraphThatTakesBytesIsUsedAsItIs() throws Exception {
        // given
        Path bundle = RandomClip.write(folder, Spec.TINY.layout(Layout.IMMICH).pixels(Pixels.U8));
        List<RgbImage> images = TestImages.noise(32, 1, 3);

        try (ClipModel floats = ModelOpening.open(bundle, FLOATS);
                ClipModel bytes = ModelOpening.open(bundle, BYTES)) {
            // when, then
            assertThat(bytes.imageSessions().getFirst().run(images))
                    .isEqualTo(floats.imageSessions().getFirst().run(images));
            assertThat(bytes.describe().tensors())
                    .extracting(ModelDescription.Tensor::name)
                    .doesNotContain(PixelPrologue.PIXELS);
        }
    }

    @Test
    void aLinkToTheModelFileIsFollowedToItsWeights() throws Exception {
        // given a folder of links, as the cache of Hugging Face has
        Path blobs = RandomClip.write(folder.resolve("blobs"), Spec.DEMO);
        Path links = folder.resolve("links");
        Files.createDirectories(links.resolve("onnx"));
        for (String file : List.of("onnx/vision_model.onnx", "onnx/text_model.onnx")) {
            Files.createSymbolicLink(links.resolve(file), blobs.resolve(file));
        }
        GraphFile graph = new GraphFile(links.resolve("onnx/vision_model.onnx"), "vision", false, Set.of(), false);

        try (Sessions sessions = new Sessions(BYTES)) {
            // when
            GraphReader reader = new GraphReader("vision", sessions.on(graph, Device.CPU, 1));

            // then
            assertThat(reader.inputs()).containsKey(PixelPrologue.PIXELS);
        }
    }
}
