package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelCalibration;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.evaluation.LabelOutcomes;
import dev.clipstream.tag.evaluation.SetQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CalibratedTaggerTest {
    private static final ModelIdentity MODEL = new ModelIdentity("model", "f".repeat(64), 2);
    private static final Scoring CLIP = new Scoring(Scoring.Kind.SOFTMAX, 100, 0);
    private static final Embedding IMAGE = Embedding.normalize(new float[] {1, 0});

    @ParameterizedTest
    @EnumSource(LabelSet.Mode.class)
    void aCalibrationMakesTheProbabilityInEveryMode(LabelSet.Mode mode) {
        // given: cosines of .3 and .2; the calibration of the second label crosses .5 at a cosine of .1
        LabelSet set =
                set(mode, MODEL.fingerprint(), label("cat", calibration(20, -8)), label("dog", calibration(20, -2)));

        // when
        List<ScoredLabel> tags = tagger(set).tag(IMAGE);

        // then: the label with the smaller cosine is more probable, and comes first
        assertThat(tags).extracting(ScoredLabel::labelId).containsExactly("dog");
        assertThat(tags.getFirst().probability()).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-6));
        assertThat(tagger(set).scoreAll(IMAGE))
                .extracting(ScoredLabel::labelId, score -> Math.round(1e4 * score.probability()))
                .containsExactly(tuple("dog", 8808L), tuple("cat", 1192L));
    }

    @Test
    void anImageThatShowsNothingOfTheSetGetsNoTag() {
        // given
        LabelSet set = set(
                LabelSet.Mode.EXCLUSIVE,
                MODEL.fingerprint(),
                label("cat", calibration(50, -25)),
                label("dog", calibration(50, -25)));

        // when
        List<ScoredLabel> tags = tagger(set).tag(IMAGE);

        // then
        assertThat(tags).isEmpty();
    }

    @Test
    void aLabelWithoutCalibrationKeepsTheProbabilityOfTheMode() {
        // given
        LabelSet plain = set(LabelSet.Mode.EXCLUSIVE, null, label("cat", null), label("dog", null));
        LabelSet half = set(
                LabelSet.Mode.EXCLUSIVE, MODEL.fingerprint(), label("cat", null), label("dog", calibration(20, -2)));

        // when
        ScoredLabel before = score(plain, "cat");
        ScoredLabel after = score(half, "cat");

        // then
        assertThat(after).isEqualTo(before);
    }

    @Test
    void calibrationsOfAnotherModelAreNotAppliedAndAWarningSaysSo() {
        // given
        LabelSet plain = set(LabelSet.Mode.MULTI, null, label("cat", null), label("dog", null));
        LabelSet foreign = set(
                LabelSet.Mode.MULTI,
                "0".repeat(64),
                label("cat", calibration(20, -8)),
                label("dog", calibration(20, -2)));

        // when
        ZeroShotTagger tagger = tagger(foreign);

        // then
        assertThat(tagger.scoreAll(IMAGE)).isEqualTo(tagger(plain).scoreAll(IMAGE));
        assertThat(tagger.warnings())
                .singleElement()
                .asString()
                .contains(MODEL.fingerprint(), "0".repeat(64), "labels calibrate");
        assertThat(tagger(set(LabelSet.Mode.MULTI, MODEL.fingerprint(), label("cat", calibration(20, -8))))
                        .warnings())
                .isEmpty();
    }

    @Test
    void aSingleCalibratedLabelNeedsNoOthersToCompeteWith() {
        LabelSet calibrated = set(LabelSet.Mode.EXCLUSIVE, MODEL.fingerprint(), label("cat", calibration(20, -8)));
        LabelSet foreign = set(LabelSet.Mode.EXCLUSIVE, "0".repeat(64), label("cat", calibration(20, -8)));

        assertThat(tagger(calibrated).warnings()).isEmpty();
        assertThat(tagger(foreign).faults()).singleElement().asString().contains("probability 1");
    }

    @Test
    void aThresholdOfCalibratedProbabilitiesGoesWithItsCalibration() {
        // given: one label with the threshold that calibration wrote, one with a person's
        LabelSet calibrated = set(
                LabelSet.Mode.MULTI,
                MODEL.fingerprint(),
                threshold(.97, calibration(20, -2)),
                new Label("dog", Map.of("en", "dog", "zh", "狗"), List.of("a dog"), .6, null));

        // when: examples or another prompt language remove the calibration
        Label taught = calibrated.labels().getFirst().withExamples(List.of(), 0);
        LabelSet translated = calibrated.in("zh", "zh");

        // then
        assertThat(taught.threshold()).isNull();
        assertThat(translated.labels()).extracting(Label::threshold).containsExactly(null, .6);
        assertThat(translated.labels()).extracting(Label::calibration).containsOnlyNulls();
        assertThat(translated.labels().getLast().prompts()).isEmpty();
        assertThat(calibrated.labels().getLast().withExamples(List.of(), 0).threshold())
                .isEqualTo(.6);
    }

    @Test
    void aThresholdOfCalibratedProbabilitiesAppliesToNoOtherModel() {
        // given
        Label[] labels = {
            threshold(.97, calibration(20, -2)), new Label("dog", Map.of("en", "dog"), List.of(), .6, null)
        };

        // when
        ZeroShotTagger own = tagger(set(LabelSet.Mode.MULTI, MODEL.fingerprint(), labels));
        LabelSet set = set(LabelSet.Mode.MULTI, "0".repeat(64), labels);
        ZeroShotTagger foreign = tagger(set);

        // then
        assertThat(own.thresholds()).containsExactly(.97, .6);
        assertThat(foreign.thresholds()).containsExactly(set.threshold(), .6);
    }

    private static Label threshold(double threshold, LabelCalibration calibration) {
        return new Label(
                "cat",
                Map.of("en", "cat", "zh", "猫"),
                List.of(),
                threshold,
                null,
                List.of(),
                calibration,
                List.of(),
                0);
    }

    @Test
    void labelsOfEqualProbabilityAreOrderedByCosineThenById() {
        // given: probabilities that are 1 in double precision
        LabelSet set = set(
                LabelSet.Mode.MULTI,
                MODEL.fingerprint(),
                label("dog", calibration(1e6, 1)),
                label("cat", calibration(1e6, 1)),
                label("bird", calibration(1e6, 1)));

        // when
        List<ScoredLabel> tags = tagger(set).tag(IMAGE);

        // then
        assertThat(tags).extracting(ScoredLabel::probability).containsOnly(1.0);
        assertThat(tags).extracting(ScoredLabel::labelId).containsExactly("cat", "bird", "dog");
    }

    @ParameterizedTest
    @CsvSource({
        "MULTI, 1, 0.5",
        "MULTI, 2, 0.5",
        "EXCLUSIVE, 1, 0.3",
        "EXCLUSIVE, 2, 0.01",
        "MULTI, 1, 0",
        "MULTI, 1, 1"
    })
    void manyImagesGetTheTagsOfOneImageAtATime(LabelSet.Mode mode, int every, double threshold) {
        // given: calibrations of every label or every second one
        Random random = new Random(5);
        SpokenVectors texts = new SpokenVectors(64);
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            labels.add(label("l" + i, i % every == 0 ? calibration(5 + 60 * random.nextDouble(), -10) : null));
        }
        LabelSet set = new LabelSet(
                "set",
                "1",
                "en",
                "en",
                mode,
                5,
                threshold,
                List.of(),
                List.of("nothing"),
                labels,
                "",
                "a".repeat(64),
                null);
        ZeroShotTagger tagger = ZeroShotTagger.create(set, texts, CLIP, new ModelIdentity("model", "a".repeat(64), 64));
        List<Embedding> images = IntStream.range(0, 100)
                .mapToObj(_ -> SpokenVectors.random(64, random))
                .toList();

        // when, then
        try (BatchTagger batch = new BatchTagger(TaggerSnapshot.of(tagger))) {
            assertThat(batch.tag(images).stream()
                            .map(tags -> tags.tags().getFirst().tags())
                            .toList())
                    .isEqualTo(images.stream().map(tagger::tag).toList())
                    .anySatisfy(tags -> assertThat(tags).hasSizeGreaterThanOrEqualTo(threshold == 1 ? 0 : 1));
        }
    }

    @Test
    void theQualityOfABroaderLabelIsThatOfItsPublishedProbability() {
        // given: a dog of .88 and a pet that its own prompt makes improbable
        Label dog = new Label(
                "dog", Map.of("en", "dog"), List.of(), null, "pet", List.of(), calibration(20, -2), List.of(), 0);
        Label pet = new Label(
                "pet", Map.of("en", "bird"), List.of(), null, null, List.of(), calibration(20, -8), List.of(), 0);
        ZeroShotTagger tagger = tagger(set(LabelSet.Mode.MULTI, MODEL.fingerprint(), dog, pet));

        // when
        List<LabelOutcomes> outcomes = LabelOutcomes.of(tagger, List.of(IMAGE), _ -> new boolean[] {true});

        // then
        double published = 1 / (1 + Math.exp(-2));
        assertThat(outcomes).extracting(LabelOutcomes::label).containsExactly("dog", "pet");
        assertThat(outcomes.getLast().tagged()).containsExactly(true);
        assertThat(outcomes.getLast().probabilities()[0]).isCloseTo(published, within(1e-6));
        assertThat(SetQuality.of(outcomes).meanOfTags()).isCloseTo(published, within(1e-6));
    }

    private static ScoredLabel score(LabelSet set, String id) {
        return tagger(set).scoreAll(IMAGE).stream()
                .filter(score -> score.labelId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static ZeroShotTagger tagger(LabelSet set) {
        SpokenVectors texts = new SpokenVectors(2)
                .tell("cat", atCosine(0.3))
                .tell("dog", atCosine(0.2))
                .tell("bird", atCosine(0.2))
                .tell("nothing", atCosine(0.1));
        return ZeroShotTagger.create(set, texts, CLIP, MODEL);
    }

    private static float[] atCosine(double cosine) {
        return new float[] {(float) cosine, (float) Math.sqrt(1 - cosine * cosine)};
    }

    private static LabelSet set(LabelSet.Mode mode, @Nullable String fingerprint, Label... labels) {
        return new LabelSet(
                "pets",
                "1",
                "en",
                "en",
                mode,
                5,
                0.5,
                List.of(),
                List.of("nothing"),
                List.of(labels),
                "",
                fingerprint,
                null);
    }

    private static Label label(String id, @Nullable LabelCalibration calibration) {
        return new Label(id, Map.of("en", id), List.of(), null, null, List.of(), calibration, List.of(), 0);
    }

    private static LabelCalibration calibration(double slope, double intercept) {
        return new LabelCalibration(
                slope, intercept, LabelCalibration.Method.LABELLED, 100, 10, null, null, null, null);
    }
}
