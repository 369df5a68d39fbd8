package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Family;
import dev.clipstream.RandomClip.Layout;
import dev.clipstream.RandomClip.Pixels;
import dev.clipstream.RandomClip.Size;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.RandomGraph.Weights;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelDescription;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.TestImages;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// One model in many forms: every form must give the vectors of the plainest one.
class ModelLayoutTest {
    private static final List<RgbImage> IMAGES = TestImages.noise(32, 1, 5);
    private static final List<String> TEXTS =
            List.of("a photo of a cat", "", "一张猫的照片", "a dog on a red bicycle in the snow, by night", "x");
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withDevices("cpu");

    @TempDir
    private static Path folder;

    private static List<Embedding> images = List.of();
    private static List<Embedding> texts = List.of();

    @BeforeAll
    static void embedWithThePlainestForm() throws Exception {
        try (ClipModel plain = ModelOpening.open(RandomClip.writeTiny(folder.resolve("plain")), OPTIONS)) {
            images = plain.imageSessions().getFirst().run(IMAGES);
            texts = plain.textEncoder().encode(TEXTS);
        }
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                Arguments.of("one graph", Spec.TINY.layout(Layout.COMBINED), 0.999999),
                Arguments.of("immich's folders", Spec.TINY.layout(Layout.IMMICH), 0.999999),
                Arguments.of("no config", Spec.TINY.layout(Layout.FLAT), 0.999999),
                Arguments.of("weights next to the graph", Spec.TINY.external(true), 0.999999),
                Arguments.of("batch fixed at 1", Spec.TINY.batch(1), 0.999999),
                Arguments.of("batch fixed at 3", Spec.TINY.batch(3), 0.999999),
                Arguments.of(
                        "one graph, batch fixed at 1",
                        Spec.TINY.layout(Layout.COMBINED).batch(1),
                        0.999999),
                Arguments.of("bytes as pixels", Spec.TINY.layout(Layout.IMMICH).pixels(Pixels.U8), 0.99999),
                Arguments.of("16-bit pixels", Spec.TINY.pixels(Pixels.F16), 0.9999),
                Arguments.of("16-bit weights", Spec.TINY.weights(Weights.FP16), 0.9999),
                Arguments.of("8-bit weights", Spec.TINY.weights(Weights.INT8), 0.99));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void everyFormGivesTheSameVectors(String name, Spec spec, double cosine) throws Exception {
        // given
        Path bundle = RandomClip.write(folder.resolve(name.replace(' ', '-')), spec);
        String weights = spec.weights().name().toLowerCase(Locale.ROOT);

        // when
        List<Embedding> embeddedImages;
        List<Embedding> embeddedTexts;
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS.withWeights(weights))) {
            embeddedImages = model.imageSessions().getFirst().run(IMAGES);
            embeddedTexts = model.textEncoder().encode(TEXTS);
        }

        // then
        for (int i = 0; i < IMAGES.size(); i++) {
            assertThat(embeddedImages.get(i).cosine(images.get(i))).isBetween(cosine, 1.0);
        }
        for (int i = 0; i < TEXTS.size(); i++) {
            assertThat(embeddedTexts.get(i).cosine(texts.get(i))).isBetween(cosine, 1.0);
        }
    }

    @Test
    void theImagesOfThisTestAreFarEnoughApartForItToFail() {
        for (int i = 1; i < IMAGES.size(); i++) {
            assertThat(images.get(0).cosine(images.get(i))).isLessThan(0.99);
            assertThat(texts.get(0).cosine(texts.get(i))).isLessThan(0.99);
        }
    }

    @Test
    void aTextsNeighboursInTheBatchDoNotChangeItsVector() throws Exception {
        // given families with and without an attention mask, padded to the longest and to the full length
        for (Family family : Family.values()) {
            Path bundle = RandomClip.write(folder.resolve("alone-" + family), Spec.TINY.family(family));

            // when
            List<Embedding> together;
            List<Embedding> alone;
            try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
                together = model.textEncoder().encode(TEXTS);
                alone = TEXTS.stream()
                        .map(text -> model.textEncoder().encode(List.of(text)).getFirst())
                        .toList();
            }

            // then
            for (int i = 0; i < TEXTS.size(); i++) {
                assertThat(together.get(i).cosine(alone.get(i)))
                        .as("%s %s", family, TEXTS.get(i))
                        .isCloseTo(1, within(1e-6));
            }
        }
    }

    @Test
    void aTowerWhoseVectorsDependOnThePaddingGetsAllOfIt() throws Exception {
        // given a tower that pools at the last token, without mask and of any length, with OpenAI's tokenizer
        Size size = new Size(32, 8, 32, 2, 4, 32, 2, 4, 1000, 32);
        Path bundle = RandomClip.write(
                folder.resolve("padding"), Spec.TINY.family(Family.SIGLIP).size(size));
        Path openAi = RandomClip.write(folder.resolve("padding-tokenizer"), Spec.TINY);
        Files.copy(
                openAi.resolve("tokenizer.json"),
                bundle.resolve("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                bundle.resolve("config.json"),
                "{\"model_type\": \"clip\", \"text_config\": {\"max_position_embeddings\": 64}}");

        // when
        List<ModelDescription.Decision> decisions;
        List<Embedding> together;
        Embedding alone;
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            decisions = model.describe().decisions();
            together = model.textEncoder().encode(List.of("a", "a a a a a a"));
            alone = model.textEncoder().encode(List.of("a")).getFirst();
        }

        // then
        assertThat(decisions)
                .filteredOn(decision -> decision.subject().equals("padding"))
                .singleElement()
                .satisfies(padding -> {
                    assertThat(padding.value()).isEqualTo("to the full length");
                    assertThat(padding.source()).startsWith("proven at opening: cosine");
                });
        assertThat(together.getFirst().cosine(alone)).isCloseTo(1, within(1e-6));
    }

    @Test
    void eightBitWeightsGetAllOfThePadding() throws Exception {
        // given
        Path bundle = RandomClip.write(folder.resolve("padding-8-bit"), Spec.TINY.weights(Weights.INT8));

        // when
        List<ModelDescription.Decision> decisions;
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS.withWeights("int8"))) {
            decisions = model.describe().decisions();
        }

        // then
        assertThat(decisions)
                .contains(new ModelDescription.Decision(
                        "padding", "to the full length", "int8 weights prove no shorter one"));
    }

    @Test
    void aLengthAboveTheLongestIsCutToIt() throws Exception {
        // given a tower with a mask, whose file gives the rows of XLM-R's position table
        Path bundle = RandomClip.write(folder.resolve("long"), Spec.TINY.family(Family.CHINESE));
        Files.writeString(bundle.resolve("config.json"), "{\"model_type\": \"unheard_of\"}");
        Files.writeString(bundle.resolve("tokenizer_config.json"), "{\"model_max_length\": 8194}");

        // when, then
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            assertThat(model.describe().tokens()).isEqualTo(8192);
        }
    }

    @Test
    void aModelDescribesItself() throws Exception {
        // given
        Path bundle = RandomClip.write(folder.resolve("told"), Spec.TINY.family(Family.SIGLIP));

        // when
        ModelDescription described;
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            described = model.describe();
        }

        // then
        assertThat(described.identity().id()).isEqualTo("told");
        assertThat(described.identity().dimension()).isEqualTo(32);
        assertThat(described.layout()).isEqualTo("Hugging Face, split towers");
        assertThat(described.imageOutput()).isEqualTo("pooler_output");
        assertThat(described.preprocessing().fit()).isEqualTo(Preprocessing.Fit.SQUASH);
        assertThat(described.preprocessingSource()).isEqualTo("preprocessor_config.json");
        assertThat(described.tokenizer()).isEqualTo("SIGLIP_NFKC");
        assertThat(described.tokens()).isEqualTo(64);
        assertThat(described.pad()).isEqualTo(1);
        assertThat(described.scoring()).isEqualTo(new Scoring(Scoring.Kind.SIGMOID, 112, -16));
        assertThat(described.devices()).containsExactly("cpu");
        assertThat(described.warnings()).isEmpty();
        assertThat(described.tensors())
                .contains(new ModelDescription.Tensor(
                        "onnx/vision_model.onnx",
                        ModelDescription.Direction.INPUT,
                        "pixel_values",
                        "f32",
                        List.of("batch_size", "3", "32", "32")));
        assertThat(described.files())
                .extracting(ModelDescription.File::name)
                .containsExactly("onnx/vision_model.onnx", "onnx/text_model.onnx", "tokenizer.json");
    }

    @Test
    void missingPartsThatAreNotEssentialAreWarnedAbout() throws Exception {
        // given no scale, no preprocessing, a batch of one
        Path bundle = RandomClip.write(folder.resolve("poor"), Spec.TINY.batch(1));
        Files.delete(bundle.resolve("clipstream.json"));
        Files.delete(bundle.resolve("preprocessor_config.json"));

        // when
        ModelDescription described;
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            described = model.describe();
        }

        // then
        assertThat(described.warnings()).hasSize(4);
        assertThat(described.warnings().toString()).contains("logit_scale", "one by one", "preprocessor_config.json");
        assertThat(described.scoring()).isEqualTo(new Scoring(Scoring.Kind.SOFTMAX, 100, 0));
        assertThat(described.scoringSource()).isEqualTo("the family CLIP");
        assertThat(described.preprocessing().fit()).isEqualTo(Preprocessing.Fit.CROP);
    }

    @Test
    void aBundleWithoutFp32GraphsOpensWithTheBestOnesItHasAndWarns() throws Exception {
        // given 16-bit and 8-bit weights, and one tower with 32-bit weights
        Path bundle = RandomClip.write(folder.resolve("no-fp32"), Spec.TINY.weights(Weights.INT8));
        RandomClip.write(bundle, Spec.TINY.weights(Weights.FP16));
        Path half = RandomClip.write(folder.resolve("fp32"), Spec.TINY).resolve("onnx/vision_model.onnx");
        Files.copy(half, bundle.resolve("onnx/vision_model.onnx"));

        // when
        ModelDescription found;
        ModelDescription named;
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            found = model.describe();
        }
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS.withWeights("fp16"))) {
            named = model.describe();
        }

        // then
        assertThat(found.weights()).isEqualTo("fp16");
        assertThat(found.identity()).isEqualTo(named.identity());
        assertThat(found.warnings()).anyMatch(warning -> warning.contains("fp16") && warning.contains("#fp16"));
        assertThat(named.warnings()).noneMatch(warning -> warning.contains("fp16"));
    }

    @Test
    void theCommittedBundleOpens() throws Exception {
        try (ClipModel model = ModelOpening.open(Path.of("src/test/resources/models/random-tiny"), OPTIONS)) {
            assertThat(model.identity().dimension()).isEqualTo(64);
            assertThat(model.describe().warnings()).isEmpty();
        }
    }
}
