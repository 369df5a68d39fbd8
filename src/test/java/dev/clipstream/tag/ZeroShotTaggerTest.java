package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ZeroShotTaggerTest {
    private static final Scoring CLIP = new Scoring(Scoring.Kind.SOFTMAX, 100, 0);

    @Test
    void theProbabilitiesOfOpenAisExampleAreReproduced() {
        // given: cosines around .25 whose softmax at scale 100 is the result of ViT-B/32 for CLIP.png
        SpokenVectors texts = new SpokenVectors(2)
                .tell("a diagram", atCosine(0.25))
                .tell("a dog", atCosine(0.25 + (Math.log(0.00421068) - Math.log(0.9927937)) / 100))
                .tell("a cat", atCosine(0.25 + (Math.log(0.00299572) - Math.log(0.9927937)) / 100));
        LabelSet labels =
                set(LabelSet.Mode.EXCLUSIVE, 3, 0, List.of(), List.of(), names("a diagram", "a dog", "a cat"));

        // when
        List<ScoredLabel> tags =
                ZeroShotTagger.create(labels, texts, CLIP, model(2)).tag(image(1, 0));

        // then
        assertThat(tags).extracting(ScoredLabel::labelId).containsExactly("a diagram", "a dog", "a cat");
        assertThat(tags.get(0).probability()).isCloseTo(0.9927937, within(1e-6));
        assertThat(tags.get(1).probability()).isCloseTo(0.00421068, within(1e-7));
        assertThat(tags.get(2).probability()).isCloseTo(0.00299572, within(1e-7));
        assertThat(tags.get(0).cosine()).isCloseTo(0.25, within(1e-7));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oracleCases")
    void everyScoreEqualsThatOfNumPy(String name, JsonNode oracle, JsonNode expected) {
        // given: three prompts per label, vectors of any length, as from a model
        SpokenVectors texts = new SpokenVectors(24);
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < oracle.get("texts").size(); i++) {
            for (int t = 0; t < 3; t++) {
                texts.tell("t" + t + " l" + i, floats(oracle.get("texts").get(i).get(t)));
            }
            labels.add(Label.of("l" + i, Map.of("en", "l" + i)));
        }
        for (int b = 0; b < oracle.get("background").size(); b++) {
            texts.tell("b" + b, floats(oracle.get("background").get(b)));
        }
        LabelSet set = set(
                LabelSet.Mode.valueOf(expected.get("mode").asString()),
                5,
                0.1,
                List.of("t0 {}", "t1 {}", "t2 {}"),
                List.of("b0", "b1", "b2", "b3"),
                labels);
        Scoring scoring = new Scoring(
                Scoring.Kind.valueOf(expected.get("kind").asString()),
                expected.get("scale").asDouble(),
                expected.get("bias").asDouble());
        ZeroShotTagger tagger = ZeroShotTagger.create(set, texts, scoring, model(24));

        for (int p = 0; p < oracle.get("pictures").size(); p++) {
            Embedding image = image(floats(oracle.get("pictures").get(p)));
            JsonNode cosines = oracle.get("cosines").get(p);
            JsonNode probabilities = expected.get("probabilities").get(p);

            // when
            List<ScoredLabel> all = tagger.scoreAll(image);
            List<ScoredLabel> tags = tagger.tag(image);

            // then: float32 vectors keep cosines to 1e-7, hence logits to 1e-5
            assertThat(all).hasSize(37);
            for (ScoredLabel scored : all) {
                int label = Integer.parseInt(scored.labelId().substring(1));
                assertThat(scored.cosine()).isCloseTo(cosines.get(label).asDouble(), within(2e-7));
                double probability = probabilities.get(label).asDouble();
                assertThat(scored.probability()).isCloseTo(probability, within(3e-5 * probability + 1e-12));
            }
            assertThat(all)
                    .extracting(ScoredLabel::labelId)
                    .containsExactlyElementsOf(IntStream.range(0, 37)
                            .boxed()
                            .sorted(Comparator.comparingDouble(
                                    (Integer label) -> -cosines.get(label).asDouble()))
                            .map(label -> "l" + label)
                            .toList());
            assertThat(tags)
                    .isEqualTo(all.stream()
                            .filter(scored -> scored.probability() >= 0.1)
                            .limit(5)
                            .toList());
        }
    }

    static Stream<Arguments> oracleCases() throws IOException {
        try (InputStream in = Objects.requireNonNull(ZeroShotTaggerTest.class.getResourceAsStream("oracle.json"))) {
            JsonNode oracle = JsonMapper.shared().readTree(in);
            return oracle.get("cases")
                    .valueStream()
                    .map(expected -> Arguments.of(
                            expected.get("mode").asString() + " of a model trained by "
                                    + expected.get("kind").asString(),
                            oracle,
                            expected));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 700})
    void cosinesEqualThoseOfTheVectorsToTheLastBit(int count) {
        // given: label counts around the blocks of the matrix
        Random random = new Random(count);
        List<Label> labels =
                names(IntStream.range(0, count).mapToObj(i -> "n" + i).toArray(String[]::new));
        SpokenVectors texts = new SpokenVectors(19);
        ZeroShotTagger tagger = ZeroShotTagger.create(
                set(LabelSet.Mode.EXCLUSIVE, 3, 0, List.of(), List.of(), labels), texts, CLIP, model(19));
        Embedding image = SpokenVectors.random(19, random);

        // when
        List<ScoredLabel> all = tagger.scoreAll(image);

        // then
        assertThat(all).hasSize(count);
        for (ScoredLabel scored : all) {
            assertThat(scored.cosine()).isEqualTo(image.cosine(texts.vector(scored.displayName())));
        }
        assertThat(all.stream().mapToDouble(ScoredLabel::probability).sum()).isCloseTo(1, within(1e-12));
        assertThat(all)
                .isSortedAccordingTo(
                        Comparator.comparingDouble(ScoredLabel::cosine).reversed());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theOrderInTheFileDoesNotMatter(long seed) {
        // given: the same labels, two of them with the same vector, in another order
        Random random = new Random(seed);
        List<Label> labels = new ArrayList<>(
                names(IntStream.range(0, 60).mapToObj(i -> "n" + i).toArray(String[]::new)));
        SpokenVectors texts =
                new SpokenVectors(8).tell("n7", 1, 1, 0, 0, 0, 0, 0, 0).tell("n31", 1, 1, 0, 0, 0, 0, 0, 0);
        LabelSet set = set(LabelSet.Mode.MULTI, 60, 0, List.of(), List.of(), labels);
        Collections.shuffle(labels, random);
        LabelSet shuffled = set(LabelSet.Mode.MULTI, 60, 0, List.of(), List.of(), labels);
        Embedding image = SpokenVectors.random(8, random);

        // when
        List<ScoredLabel> one =
                ZeroShotTagger.create(set, texts, CLIP, model(8)).tag(image);
        List<ScoredLabel> other =
                ZeroShotTagger.create(shuffled, texts, CLIP, model(8)).tag(image);

        // then
        assertThat(other).isEqualTo(one).hasSize(60);
        assertThat(one).extracting(ScoredLabel::labelId).containsSubsequence("n31", "n7");
    }

    @Test
    void theThresholdOfALabelOverridesThatOfTheSet() {
        // given: two labels at the same distance, one with a higher threshold, and one farther away with a lower
        // threshold
        SpokenVectors texts = new SpokenVectors(2)
                .tell("strict", atCosine(0.30))
                .tell("usual", atCosine(0.30))
                .tell("lenient", atCosine(0.22))
                .tell("far", atCosine(0.22))
                .tell("behind", atCosine(0.25));
        LabelSet set = set(
                LabelSet.Mode.MULTI,
                9,
                0.5,
                List.of(),
                List.of("behind"),
                List.of(
                        new Label("strict", Map.of("en", "strict"), List.of(), 0.999, null),
                        new Label("usual", Map.of("en", "usual"), List.of(), null, null),
                        new Label("lenient", Map.of("en", "lenient"), List.of(), 0.01, null),
                        new Label("far", Map.of("en", "far"), List.of(), null, null)));

        // when
        List<ScoredLabel> tags =
                ZeroShotTagger.create(set, texts, CLIP, model(2)).tag(image(1, 0));

        // then: e^5 against 1, e^-3 against 1
        assertThat(tags).extracting(ScoredLabel::labelId).containsExactly("usual", "lenient");
        assertThat(tags.get(0).probability()).isCloseTo(0.99330715, within(1e-6));
        assertThat(tags.get(1).probability()).isCloseTo(0.04742587, within(1e-6));
    }

    @Test
    void anImageThatShowsNoneOfTheLabelsGetsNoTagInModeMulti() {
        SpokenVectors texts = new SpokenVectors(2)
                .tell("cat", atCosine(0.15))
                .tell("dog", atCosine(0.16))
                .tell("any", atCosine(0.22));
        LabelSet multi = set(LabelSet.Mode.MULTI, 2, 0.5, List.of(), List.of("any"), names("cat", "dog"));
        LabelSet exclusive = set(LabelSet.Mode.EXCLUSIVE, 2, 0.5, List.of(), List.of("any"), names("cat", "dog"));

        assertThat(ZeroShotTagger.create(multi, texts, CLIP, model(2)).tag(image(1, 0)))
                .isEmpty();
        assertThat(ZeroShotTagger.create(exclusive, texts, CLIP, model(2)).tag(image(1, 0)))
                .extracting(ScoredLabel::labelId)
                .containsExactly("dog");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1, 100, 1e6, 1e300})
    void scoresAreProbabilitiesAtAnyScale(double scale) {
        SpokenVectors texts =
                new SpokenVectors(2).tell("same", 1, 0).tell("opposite", -1, 0).tell("across", 0, 1);
        for (LabelSet.Mode mode : LabelSet.Mode.values()) {
            for (Scoring.Kind kind : Scoring.Kind.values()) {
                LabelSet set = set(mode, 3, 0, List.of(), List.of("across"), names("same", "opposite", "across"));

                List<ScoredLabel> all = ZeroShotTagger.create(set, texts, new Scoring(kind, scale, 0), model(2))
                        .scoreAll(image(1, 0));

                assertThat(all).extracting(ScoredLabel::labelId).containsExactly("same", "across", "opposite");
                assertThat(all)
                        .allSatisfy(scored -> assertThat(scored.probability()).isBetween(0.0, 1.0));
                if (mode == LabelSet.Mode.EXCLUSIVE) {
                    assertThat(all.stream()
                                    .mapToDouble(ScoredLabel::probability)
                                    .sum())
                            .isCloseTo(1, within(1e-12));
                }
            }
        }
    }

    @Test
    void everyTextIsEncodedOnceAndAllInOneCall() {
        // given: two labels that share a prompt
        SpokenVectors texts = new SpokenVectors(4);
        LabelSet set = set(
                LabelSet.Mode.MULTI,
                3,
                0,
                List.of("a {}.", "the {}."),
                List.of("a photo."),
                List.of(
                        Label.of("cat", Map.of("en", "cat")),
                        new Label("feline", Map.of("en", "feline"), List.of("a cat.", "a tiger."), null, null)));

        // when
        ZeroShotTagger.create(set, texts, CLIP, model(4));

        // then
        assertThat(texts.calls()).containsExactly(List.of("a cat.", "the cat.", "a tiger.", "a photo."));
    }

    @Test
    void aChangedLabelSetEncodesOnlyNewPrompts() {
        // given
        SpokenVectors texts = new SpokenVectors(4);
        ZeroShotTagger before = ZeroShotTagger.create(
                set(LabelSet.Mode.MULTI, 3, 0, List.of("a {}."), List.of("a photo."), names("cat", "dog")),
                texts,
                CLIP,
                model(4));
        LabelSet changed = set(LabelSet.Mode.MULTI, 3, 0.2, List.of("a {}."), List.of("a photo."), names("dog", "cow"));
        Embedding image = SpokenVectors.random(4, new Random(1));

        // when
        ZeroShotTagger after = before.with(changed, texts);
        ZeroShotTagger unchanged = after.with(changed, texts);

        // then
        assertThat(texts.calls()).hasSize(2).last().isEqualTo(List.of("a cow."));
        assertThat(after.labelSet()).isEqualTo(changed);
        assertThat(after.tag(image))
                .isEqualTo(ZeroShotTagger.create(changed, texts, CLIP, model(4)).tag(image))
                .isEqualTo(unchanged.tag(image));
    }

    @Test
    void namesAreDisplayedInChineseWhilePromptsAreEnglish() {
        SpokenVectors texts = new SpokenVectors(4);
        LabelSet set = new LabelSet(
                "pets",
                "1",
                "zh",
                "en",
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                List.of("a photo of a {}."),
                List.of(),
                List.of(Label.of("cat", Map.of("en", "cat", "zh", "猫"))));

        List<ScoredLabel> tags =
                ZeroShotTagger.create(set, texts, CLIP, model(4)).tag(texts.vector("a photo of a cat."));

        assertThat(texts.calls()).containsExactly(List.of("a photo of a cat."));
        assertThat(tags).extracting(ScoredLabel::displayName).containsExactly("猫");
    }

    @Test
    void aVectorOfAnotherModelIsRefused() {
        SpokenVectors texts = new SpokenVectors(4);
        LabelSet set = set(LabelSet.Mode.EXCLUSIVE, 1, 0, List.of(), List.of(), names("cat"));
        ZeroShotTagger tagger = ZeroShotTagger.create(set, texts, CLIP, model(4));

        assertThatThrownBy(() -> tagger.tag(image(1, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected a vector of dimension 4 of the model 'test', found 3. Embed the image with that"
                        + " model.");
        assertThatThrownBy(() -> ZeroShotTagger.create(set, texts, CLIP, model(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Expected text vectors of dimension 5");
    }

    @ParameterizedTest
    @EnumSource
    void labelsOfOneVectorAreReported(LabelSet.Mode mode) {
        // given two pairs of labels that differ by less than other batches change a vector, among 300 others
        SpokenVectors texts = new SpokenVectors(2)
                .tell("cat", 0.6f, 0.8f)
                .tell("Cat", 0.600001f, 0.8f)
                .tell("b", 0.6f, -0.8f)
                .tell("a", 0.6f, -0.8f);
        List<String> names = new ArrayList<>(List.of("cat", "b", "Cat"));
        for (int i = 0; i < 300; i++) {
            texts.tell("other " + i, (float) Math.cos(2 + i / 200.0), (float) Math.sin(2 + i / 200.0));
            names.add("other " + i);
        }
        names.add("a");

        // when
        List<String> warnings = ZeroShotTagger.create(
                        set(mode, 1, 0, List.of(), List.of("b"), names(names.toArray(String[]::new))),
                        texts,
                        CLIP,
                        model(2))
                .warnings();

        // then
        assertThat(warnings).hasSize(2);
        assertThat(warnings.getFirst()).contains("found one that 'cat', 'Cat' share");
        assertThat(warnings.getLast()).contains("found one that 'b', 'a' share");
        assertThat(warnings).allMatch(warning -> warning.contains("split") == (mode == LabelSet.Mode.EXCLUSIVE));
    }

    @Test
    void aSingleExclusiveLabelIsReported() {
        SpokenVectors texts = new SpokenVectors(4);

        ZeroShotTagger exclusive = ZeroShotTagger.create(
                set(LabelSet.Mode.EXCLUSIVE, 1, 0, List.of(), List.of(), names("cat")), texts, CLIP, model(4));
        ZeroShotTagger multi =
                exclusive.with(set(LabelSet.Mode.MULTI, 1, 0, List.of(), List.of(), names("cat")), texts);

        assertThat(exclusive.warnings())
                .containsExactly("Expected at least two labels in mode exclusive, found only 'cat', which gets"
                        + " probability 1 for every image. Add labels, or use mode multi.");
        assertThat(multi.warnings()).isEmpty();
    }

    @Test
    void everyPromptThatIsCutIsReportedUpToTwenty() {
        SpokenVectors texts = new SpokenVectors(4);
        List<String> names =
                IntStream.range(0, 25).mapToObj(i -> "very ".repeat(20) + i).toList();

        List<String> warnings = ZeroShotTagger.create(
                        set(LabelSet.Mode.EXCLUSIVE, 1, 0, List.of(), List.of(), names(names.toArray(String[]::new))),
                        texts,
                        CLIP,
                        model(4))
                .warnings();

        assertThat(warnings).hasSize(21).last().isEqualTo("And 5 more like these.");
        assertThat(warnings.getFirst()).contains("which is cut: 'very very ").hasSizeLessThan(300);
    }

    private static LabelSet set(
            LabelSet.Mode mode,
            int topK,
            double threshold,
            List<String> templates,
            List<String> background,
            List<Label> labels) {
        return new LabelSet("set", "1", "en", mode, topK, threshold, templates, background, labels);
    }

    private static List<Label> names(String... names) {
        return Stream.of(names).map(name -> Label.of(name, Map.of("en", name))).toList();
    }

    private static ModelIdentity model(int dimension) {
        return new ModelIdentity("test", "0".repeat(64), dimension);
    }

    private static Embedding image(float... values) {
        return Embedding.normalize(values);
    }

    private static float[] atCosine(double cosine) {
        return new float[] {(float) cosine, (float) Math.sqrt(1 - cosine * cosine)};
    }

    private static float[] floats(JsonNode array) {
        float[] floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = array.get(i).floatValue();
        }
        return floats;
    }
}
