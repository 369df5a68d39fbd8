package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
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
import org.junit.jupiter.params.provider.ValueSource;

class BatchTaggerTest {
    private static final Scoring CLIP = new Scoring(Scoring.Kind.SOFTMAX, 100, 0);
    private static final List<String> BACKGROUND = List.of("b0", "b1", "b2");
    private static final Scoring SIGLIP = new Scoring(Scoring.Kind.SIGMOID, 112, -16);

    @ParameterizedTest
    @CsvSource({
        "EXCLUSIVE, SOFTMAX, 1, 512, 3, 0.05",
        "EXCLUSIVE, SOFTMAX, 200, 512, 5, 0.02",
        "EXCLUSIVE, SOFTMAX, 200, 512, 5, 0",
        "EXCLUSIVE, SOFTMAX, 3000, 512, 5, 0.002",
        "EXCLUSIVE, SIGMOID, 700, 768, 4, 0.01",
        "MULTI, SOFTMAX, 1, 512, 3, 0.5",
        "MULTI, SOFTMAX, 63, 512, 63, 0",
        "MULTI, SOFTMAX, 1000, 512, 7, 0.3",
        "MULTI, SOFTMAX, 1000, 512, 7, 0",
        "MULTI, SIGMOID, 1000, 768, 5, 0.02",
        "MULTI, SIGMOID, 65, 24, 5, 0.0001"
    })
    void tagsAreThoseOfOneImageAtATime(
            LabelSet.Mode mode, Scoring.Kind kind, int labels, int dimension, int topK, double threshold) {
        // given: labels around a common direction as CLIP's texts are, some with thresholds of their own
        Random random = new Random(labels);
        ZeroShotTagger tagger = tagger(mode, kind, labels, dimension, topK, threshold, random);
        List<Embedding> images = images(150, dimension, random);

        // when, then
        assertSame(tagger, images);
    }

    @ParameterizedTest
    @EnumSource(LabelSet.Mode.class)
    void labelsOfEqualCosineAreOrderedByIdEvenAroundTheLastPlace(LabelSet.Mode mode) {
        // given: 40 labels with three vectors
        SpokenVectors texts = new SpokenVectors(512);
        Random random = new Random(7);
        List<Embedding> vectors = images(3, 512, random);
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "n" + (i * 17 % 40);
            texts.tell(name, vectors.get(i % 3).toArray());
            labels.add(Label.of(name, Map.of("en", name)));
        }
        ZeroShotTagger tagger = ZeroShotTagger.create(
                set(mode, 5, 0, labels), texts, CLIP, new ModelIdentity("m", "ab".repeat(32), 512));

        // when, then
        assertSame(tagger, images(60, 512, random));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void aThresholdThatAProbabilityEqualsIsDecidedAsForOneImage(int seed) {
        // given: each threshold is the probability of its label for one of the images, or next to it
        Random random = new Random(seed);
        ZeroShotTagger open = tagger(
                seed % 2 == 0 ? LabelSet.Mode.EXCLUSIVE : LabelSet.Mode.MULTI,
                Scoring.Kind.SOFTMAX,
                120,
                512,
                120,
                0,
                random);
        List<Embedding> images = images(30, 512, random);
        List<Label> labels = new ArrayList<>();
        for (ScoredLabel scored : open.scoreAll(images.get(seed))) {
            double threshold = switch (random.nextInt(3)) {
                case 0 -> scored.probability();
                case 1 -> Math.nextUp(scored.probability());
                default -> Math.nextDown(scored.probability());
            };
            labels.add(label(scored.labelId(), Math.clamp(threshold, 0.0, 1.0)));
        }
        ZeroShotTagger tagger = open.with(set(open.labelSet().mode(), 120, 0.5, labels), new SpokenVectors(512));

        // when, then
        assertSame(tagger, images);
    }

    @Test
    void aThresholdAtTheProbabilityOfAnExclusiveLabelIsLeftToTheSinglePath() {
        // given: 400 labels, of which the first has its probability for the image as threshold
        Random random = new Random(3);
        ZeroShotTagger open = tagger(LabelSet.Mode.EXCLUSIVE, Scoring.Kind.SOFTMAX, 400, 512, 5, 0, random);
        Embedding image = images(1, 512, random).getFirst();
        List<ScoredLabel> all = open.scoreAll(image);
        List<Label> labels = all.stream()
                .map(scored -> label(scored.labelId(), scored.equals(all.getFirst()) ? scored.probability() : 1))
                .toList();
        ZeroShotTagger tagger = open.with(set(LabelSet.Mode.EXCLUSIVE, 5, 0.5, labels), new SpokenVectors(512));

        // when
        try (BatchTagger batch = new BatchTagger(TaggerSnapshot.of(tagger))) {
            List<ScoredLabel> tags = only(batch.tag(List.of(image)).getFirst());

            // then
            assertThat(tags)
                    .extracting(ScoredLabel::labelId)
                    .containsExactly(all.getFirst().labelId());
            assertThat(batch.undecided()).isEqualTo(1);
        }
    }

    @Test
    void theSinglePathIsRarelyNeeded() {
        // given
        Random random = new Random(11);
        ZeroShotTagger tagger = tagger(LabelSet.Mode.EXCLUSIVE, Scoring.Kind.SOFTMAX, 500, 512, 5, 0.05, random);

        // when
        try (BatchTagger batch = new BatchTagger(TaggerSnapshot.of(tagger))) {
            for (int i = 0; i < 10; i++) {
                batch.tag(images(100, 512, random));
            }

            // then
            assertThat(batch.undecided()).isLessThan(30);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1, 1e4, 1e6, 1e300})
    void anyScaleIsTaggedAsForOneImage(double scale) {
        for (LabelSet.Mode mode : LabelSet.Mode.values()) {
            for (Scoring.Kind kind : Scoring.Kind.values()) {
                Random random = new Random(5);
                SpokenVectors texts = new SpokenVectors(64);
                List<Label> labels = labels(90, null, random);
                ZeroShotTagger tagger = ZeroShotTagger.create(
                        set(mode, 4, 0.001, labels),
                        texts,
                        new Scoring(kind, scale, 0),
                        new ModelIdentity("m", "ab".repeat(32), 64));

                assertSame(tagger, images(40, 64, random));
            }
        }
    }

    @Test
    void allSetsAndStandingQueriesAreTaggedFromOneProduct() {
        // given
        Random random = new Random(1);
        List<ZeroShotTagger> taggers = List.of(
                tagger("a", LabelSet.Mode.EXCLUSIVE, Scoring.Kind.SOFTMAX, 80, 512, 5, 0.05, random),
                alert(tagger("b", LabelSet.Mode.MULTI, Scoring.Kind.SOFTMAX, 1, 512, 1, 0.4, random)),
                tagger("c", LabelSet.Mode.MULTI, Scoring.Kind.SOFTMAX, 200, 512, 9, 0.4, random));
        List<Embedding> images = images(40, 512, random);
        TaggerSnapshot snapshot = new TaggerSnapshot(taggers.getFirst().model(), LabelsPosition.NONE, "c", taggers);

        // when
        try (BatchTagger batch = new BatchTagger(snapshot)) {
            List<ImageTags> tagged = batch.tag(images);

            // then
            assertThat(tagged).hasSize(40);
            for (int i = 0; i < images.size(); i++) {
                assertThat(tagged.get(i).tags())
                        .extracting(tags -> tags.set().name())
                        .containsExactly("c", "a");
                assertEqual(tagged.get(i).tags().get(0).tags(), taggers.get(2).tag(images.get(i)));
                assertEqual(tagged.get(i).tags().get(1).tags(), taggers.get(0).tag(images.get(i)));
                assertThat(tagged.get(i).alerts())
                        .extracting(SetTags::tags)
                        .containsExactly(taggers.get(1).tag(images.get(i)));
            }
            assertThat(tagged)
                    .anySatisfy(image ->
                            assertThat(image.alerts().getFirst().tags()).isNotEmpty());
            assertThat(tagged)
                    .anySatisfy(image ->
                            assertThat(image.alerts().getFirst().tags()).isEmpty());
            assertThat(batch.tag(List.of())).isEmpty();
        }
    }

    @Test
    void aSnapshotWithoutLabelSetsHasNoTags() {
        TaggerSnapshot none =
                new TaggerSnapshot(new ModelIdentity("m", "ab".repeat(32), 8), LabelsPosition.NONE, "", List.of());

        try (BatchTagger batch = new BatchTagger(none)) {
            assertThat(batch.tag(images(2, 8, new Random(1))))
                    .containsExactly(new ImageTags(List.of(), List.of()), new ImageTags(List.of(), List.of()));
        }
    }

    @Test
    void theBlockShrinksAsTheLabelsGrow() {
        Random random = new Random(1);
        try (BatchTagger few = new BatchTagger(
                        TaggerSnapshot.of(tagger(LabelSet.Mode.MULTI, Scoring.Kind.SIGMOID, 200, 64, 5, 0.5, random)));
                BatchTagger many = new BatchTagger(TaggerSnapshot.of(
                        tagger(LabelSet.Mode.MULTI, Scoring.Kind.SIGMOID, 20_000, 64, 5, 0.5, random)))) {
            assertThat(few.maxImages()).isEqualTo(252);
            assertThat(many.maxImages()).isEqualTo(60);
            assertThatThrownBy(() -> many.tag(images(61, 64, random)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 60 vectors, found 61");
        }
    }

    @Test
    void aVectorOfAnotherDimensionIsRefused() {
        Random random = new Random(1);
        ZeroShotTagger tagger = tagger(LabelSet.Mode.MULTI, Scoring.Kind.SOFTMAX, 3, 64, 5, 0.5, random);

        try (BatchTagger batch = new BatchTagger(TaggerSnapshot.of(tagger))) {
            assertThatThrownBy(() -> batch.tag(images(1, 32, random)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("dimension 64, found 32");
        }
    }

    private static void assertSame(ZeroShotTagger tagger, List<Embedding> images) {
        try (BatchTagger batch = new BatchTagger(TaggerSnapshot.of(tagger))) {
            for (int start = 0; start < images.size(); start += batch.maxImages()) {
                List<Embedding> block = images.subList(start, Math.min(start + batch.maxImages(), images.size()));

                List<ImageTags> tagged = batch.tag(block);

                for (int i = 0; i < block.size(); i++) {
                    List<ScoredLabel> expected = tagger.tag(block.get(i));
                    List<ScoredLabel> found = only(tagged.get(i));
                    if (tagger.labelSet().mode() == LabelSet.Mode.MULTI) {
                        assertThat(found).isEqualTo(expected);
                    } else {
                        assertEqual(found, expected);
                    }
                }
            }
        }
    }

    private static List<ScoredLabel> only(ImageTags tagged) {
        assertThat(tagged.tags()).hasSize(1);
        return tagged.tags().getFirst().tags();
    }

    private static void assertEqual(List<ScoredLabel> found, List<ScoredLabel> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).labelId()).isEqualTo(expected.get(i).labelId());
            assertThat(found.get(i).cosine()).isEqualTo(expected.get(i).cosine());
            assertThat(found.get(i).probability()).isCloseTo(expected.get(i).probability(), within(1e-6));
        }
    }

    private static ZeroShotTagger tagger(
            LabelSet.Mode mode,
            Scoring.Kind kind,
            int labels,
            int dimension,
            int topK,
            double threshold,
            Random random) {
        return tagger("set", mode, kind, labels, dimension, topK, threshold, random);
    }

    private static ZeroShotTagger alert(ZeroShotTagger tagger) {
        LabelSet set = tagger.labelSet();
        return tagger.with(
                new LabelSet(
                        set.name(),
                        set.version(),
                        set.language(),
                        set.promptLanguage(),
                        set.mode(),
                        set.topK(),
                        set.threshold(),
                        set.templates(),
                        set.backgroundPrompts(),
                        set.labels(),
                        "",
                        null,
                        AlertFilter.ALL),
                new SpokenVectors(tagger.model().dimension()));
    }

    private static ZeroShotTagger tagger(
            String name,
            LabelSet.Mode mode,
            Scoring.Kind kind,
            int labels,
            int dimension,
            int topK,
            double threshold,
            Random random) {
        SpokenVectors texts = new SpokenVectors(dimension);
        List<Label> all = labels(labels, threshold, random);
        for (Label label : all) {
            texts.tell(label.name("en"), around(dimension, random));
        }
        for (String background : BACKGROUND) {
            texts.tell(background, around(dimension, random));
        }
        return ZeroShotTagger.create(
                set(name, mode, topK, threshold, all),
                texts,
                kind == Scoring.Kind.SOFTMAX ? CLIP : SIGLIP,
                new ModelIdentity("m" + dimension, "ab".repeat(32), dimension));
    }

    /// Returns labels; with a threshold, every tenth has one of its own, between none and twice as high.
    private static List<Label> labels(int count, @Nullable Double threshold, Random random) {
        return IntStream.range(0, count)
                .mapToObj(i -> label(
                        "n" + i,
                        threshold == null || i % 10 != 9 ? null : Math.min(1, threshold * 2 * random.nextDouble())))
                .toList();
    }

    private static Label label(String name, @Nullable Double threshold) {
        return new Label(name, Map.of("en", name), List.of(), threshold, null);
    }

    private static LabelSet set(LabelSet.Mode mode, int topK, double threshold, List<Label> labels) {
        return set("set", mode, topK, threshold, labels);
    }

    private static LabelSet set(String name, LabelSet.Mode mode, int topK, double threshold, List<Label> labels) {
        return new LabelSet(name, "1", "en", mode, topK, threshold, List.of(), BACKGROUND, labels);
    }

    private static List<Embedding> images(int count, int dimension, Random random) {
        return IntStream.range(0, count)
                .mapToObj(i -> Embedding.normalize(around(dimension, random)))
                .toList();
    }

    /// Returns a vector around a direction that all share: cosines of two of them are about 0.2.
    private static float[] around(int dimension, Random random) {
        float[] values = new float[dimension];
        for (int d = 0; d < dimension; d++) {
            values[d] = (float) (random.nextGaussian() + (d % 2 == 0 ? 0.5 : -0.5));
        }
        return values;
    }
}
