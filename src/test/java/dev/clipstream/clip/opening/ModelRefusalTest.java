package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Family;
import dev.clipstream.RandomClip.Layout;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.TestImages;
import dev.clipstream.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelRefusalTest {
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withDevices("cpu");

    @TempDir
    private Path folder;

    /// Damages a good bundle.
    @FunctionalInterface
    interface Damage {
        void to(Path bundle) throws IOException;
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                refused(
                        "no text tower",
                        Spec.TINY,
                        b -> Files.delete(b.resolve("onnx/text_model.onnx")),
                        "text_model.onnx"),
                refused("no tokenizer", Spec.TINY, b -> Files.delete(b.resolve("tokenizer.json")), "tokenizer.json"),
                refused(
                        "another kind of tokenizer",
                        Spec.TINY,
                        b -> copy(
                                RandomClip.write(b.resolve("x"), Spec.TINY.family(Family.SIGLIP)), b, "tokenizer.json"),
                        "type clip",
                        "Unigram"),
                refused(
                        "a tokenizer of no kind",
                        Spec.TINY,
                        b -> write(b, "tokenizer.json", "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{}}}"),
                        "WordLevel"),
                refused("no JSON", Spec.TINY, b -> write(b, "config.json", "{oh"), "config.json"),
                refused(
                        "no external data",
                        Spec.TINY.external(true),
                        b -> Files.delete(b.resolve("onnx/vision_model.onnx_data")),
                        "vision_model.onnx_data",
                        "no such file"),
                refused(
                        "half a graph",
                        Spec.TINY,
                        b -> truncate(b.resolve("onnx/vision_model.onnx")),
                        "vision_model.onnx",
                        "too early"),
                refused(
                        "a Git LFS pointer",
                        Spec.TINY,
                        b -> write(b, "onnx/vision_model.onnx", "version https://git-lfs"),
                        "vision_model.onnx"),
                refused("an empty graph", Spec.TINY, b -> write(b, "onnx/vision_model.onnx", ""), "vision_model.onnx"),
                refused(
                        "towers of two sizes",
                        Spec.TINY,
                        b -> copy(
                                RandomClip.write(
                                        b.resolve("x"),
                                        Spec.TINY.size(Spec.TINY.size().dimension(16))),
                                b,
                                "onnx/text_model.onnx"),
                        "32 of the image tower and 16 of the text tower"),
                refused(
                        "the text tower twice",
                        Spec.TINY,
                        b -> copy(b, b, "onnx/text_model.onnx", "onnx/vision_model.onnx"),
                        "pixels with 4 dimensions"),
                refused(
                        "the image tower twice",
                        Spec.TINY,
                        b -> copy(b, b, "onnx/vision_model.onnx", "onnx/text_model.onnx"),
                        "input of token ids"),
                refused(
                        "preprocessing of another size",
                        Spec.TINY,
                        b -> replace(b, "preprocessor_config.json", "32", "48"),
                        "32 x 32",
                        "48 x 48"),
                refused(
                        "two preprocessings",
                        Spec.TINY,
                        b -> write(
                                b,
                                "processor_config.json",
                                "{\"image_processor\":"
                                        + Files.readString(b.resolve("preprocessor_config.json"))
                                                .replace("\"resample\" : 3", "\"resample\" : 2")
                                        + "}"),
                        "preprocessor_config.json and processor_config.json",
                        "BICUBIC",
                        "BILINEAR"),
                refused(
                        "a configured length that is not the graph's",
                        Spec.TINY.layout(Layout.IMMICH),
                        b -> replace(b, "config.json", "77", "32"),
                        "32 tokens",
                        "config.json",
                        "77 in textual/model.onnx"),
                refused(
                        "a self-test that another model passes",
                        Spec.TINY,
                        b -> write(b, "clipstream.json", selfTest(32)),
                        "self-test",
                        "a photo of a cat"),
                refused(
                        "a self-test of another length",
                        Spec.TINY,
                        b -> write(b, "clipstream.json", selfTest(8)),
                        "dimension 32 for 8"),
                refused(
                        "a misspelt key",
                        Spec.TINY,
                        b -> write(b, "clipstream.json", "{\"logitscale\":100}"),
                        "logit_scale",
                        "logitscale"),
                refused("a scale of 0", Spec.TINY, b -> write(b, "clipstream.json", "{\"logit_scale\":0}"), "above 0"),
                refused(
                        "a sigmoid without its bias",
                        Spec.TINY.family(Family.SIGLIP),
                        b -> write(b, "clipstream.json", "{\"logit_scale\":112}"),
                        "logit_bias"),
                refused(
                        "a image of the self-test outside of the bundle",
                        Spec.TINY,
                        b -> write(
                                b,
                                "clipstream.json",
                                "{\"logit_scale\":100,\"self_test\":{\"images\":[{\"file\":\"../x.png\",\"vector\":[1]}]}}"),
                        "inside of the bundle"));
    }

    private static Arguments refused(String name, Spec spec, Damage damage, String... named) {
        return Arguments.of(name, spec, damage, named);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void aBundleThatWouldServeWrongVectorsIsRefusedWithTheReason(String name, Spec spec, Damage damage, String... named)
            throws Exception {
        // given
        Path bundle = RandomClip.write(folder.resolve("bundle"), spec);
        damage.to(bundle);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelOpening.open(bundle, OPTIONS))
                .satisfies(refusal -> {
                    assertThat(refusal.getMessage()).startsWith("Expected ").contains("; found ", ". To do: ");
                    assertThat(refusal.getMessage()).contains(named);
                    assertThat(refusal.remedy()).isNotBlank();
                });
    }

    @Test
    void aMissingFolderIsRefused() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelOpening.open(folder.resolve("nothing"), OPTIONS))
                .withMessageContaining("nothing");
    }

    @Test
    void missingWeightsAreRefusedWithTheNamesOfThoseThatExist() {
        // given
        Path bundle = RandomClip.writeTiny(folder.resolve("bundle"));

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelOpening.open(bundle, OPTIONS.withWeights("fp16")))
                .withMessageContaining("vision_model_fp16.onnx")
                .withMessageContaining("onnx/vision_model.onnx");
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aMissingDeviceIsRefused(String devices, String named) {
        // given
        Path bundle = RandomClip.writeTiny(folder.resolve("bundle"));

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelOpening.open(bundle, ModelOptions.DEFAULT.withDevices(devices)))
                .withMessageContaining(named);
    }

    static Stream<Arguments> devices() {
        return Stream.of(
                Arguments.of("gpu", "'gpu'"),
                Arguments.of("cuda:", "'cuda:'"),
                Arguments.of("cuda:0,0", "each once"),
                Arguments.of("cuda:x", "'cuda:x'"),
                Arguments.of("cuda:97", "cuda:97"),
                Arguments.of("tensorrt:97", "tensorrt:97"));
    }

    @Test
    void autoTakesTheCpuWhereThereIsNoGpu() throws Exception {
        // given
        Path bundle = RandomClip.writeTiny(folder.resolve("bundle"));

        // when, then
        try (ClipModel model = ModelOpening.open(bundle, ModelOptions.DEFAULT)) {
            assertThat(model.imageSessions()).hasSize(1);
            assertThat(model.describe().devices()).isSubsetOf("cpu", "cuda:0");
        }
    }

    @Test
    void aCombinedGraphNeedsItsTokenizerOnly() {
        // given
        Path bundle = RandomClip.write(folder.resolve("bundle"), Spec.TINY.layout(Layout.COMBINED));

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> {
                    Files.delete(bundle.resolve("tokenizer.json"));
                    ModelOpening.open(bundle, OPTIONS);
                })
                .withMessageContaining("tokenizer.json");
    }

    @Test
    void aBundleThatReproducesItsSelfTestIsOpened() throws Exception {
        // given a text's and a image's vectors as the model gives them, the image saved without loss
        Path bundle = RandomClip.writeTiny(folder.resolve("bundle"));
        RgbImage image = TestImages.noise(32, 5);
        BufferedImage saved = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 32; i++) {
            byte[] pixels = image.pixels();
            saved.setRGB(
                    i % 32,
                    i / 32,
                    (pixels[3 * i] & 0xff) << 16 | (pixels[3 * i + 1] & 0xff) << 8 | (pixels[3 * i + 2] & 0xff));
        }
        ImageIO.write(saved, "png", bundle.resolve("golden.png").toFile());
        float[] text;
        float[] pixels;
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            text = model.textEncoder().encode(List.of("a cat")).getFirst().toArray();
            pixels = model.imageSessions()
                    .getFirst()
                    .run(List.of(image))
                    .getFirst()
                    .toArray();
        }

        // when
        write(
                bundle,
                "clipstream.json",
                "{\"logit_scale\":100,\"self_test\":{\"texts\":[{\"text\":\"a cat\",\"vector\":" + Arrays.toString(text)
                        + "}],\"images\":[{\"file\":\"golden.png\",\"vector\":" + Arrays.toString(pixels) + "}]}}");

        // then
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            assertThat(model.describe().warnings()).isEmpty();
        }

        // and a image's vector that is not the model's is refused
        pixels[0] += 1;
        write(
                bundle,
                "clipstream.json",
                "{\"logit_scale\":100,\"self_test\":{\"images\":[{\"file\":\"golden.png\",\"vector\":"
                        + Arrays.toString(pixels) + "}]}}");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelOpening.open(bundle, OPTIONS))
                .withMessageContaining("golden.png");
    }

    private static String selfTest(int dimension) {
        float[] vector = new float[dimension];
        vector[0] = 1;
        return "{\"logit_scale\":100,\"self_test\":{\"texts\":[{\"text\":\"a photo of a cat\",\"vector\":"
                + Arrays.toString(vector) + "}]}}";
    }

    private static void write(Path bundle, String file, String content) throws IOException {
        Files.writeString(bundle.resolve(file), content);
    }

    private static void replace(Path bundle, String file, String from, String to) throws IOException {
        write(bundle, file, Files.readString(bundle.resolve(file)).replace(from, to));
    }

    private static void copy(Path from, Path to, String file) throws IOException {
        copy(from, to, file, file);
    }

    private static void copy(Path from, Path to, String file, String as) throws IOException {
        Files.copy(from.resolve(file), to.resolve(as), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void truncate(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    }
}
