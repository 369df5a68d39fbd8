package dev.clipstream.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.train.evaluate.Evaluation.Seen;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Uses text embeddings as image embeddings, so that the nearest label of each image is known.
class EvaluationTest {
    private static ClipModel model;

    @BeforeAll
    static void open() throws ModelException {
        model = ModelOpening.open(Home.defaultModel(), ModelOptions.DEFAULT);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void matchingImagesAreFoundAndAMismatchIsAConfusion() {
        // given: the last image looks like a car and is captioned as a cat
        List<Seen> seen = List.of(seen("dog", "dog"), seen("cat", "cat"), seen("car", "car"), seen("car", "cat"));

        // when
        Evaluation found = Evaluation.of(model, seen, LabelSetFile.ofNames(List.of("dog", "cat", "car")), null);

        // then
        assertThat(found.pictures()).isEqualTo(4);
        assertThat(found.texts()).isEqualTo(3);
        assertThat(found.namesAlone()).isNotNull().satisfies(accuracy -> {
            assertThat(accuracy.top1()).isEqualTo(0.75);
            assertThat(accuracy.top5()).isEqualTo(1);
            assertThat(accuracy.confusions()).containsExactly(new Confusion("cat", "car", 1));
        });
        assertThat(found.imageToText().at1()).isEqualTo(0.75);
        // two images are equally near to "car" and only one is a car: a tie counts against it
        assertThat(found.textToImage().at1()).isCloseTo(2 / 3.0, within(1e-9));
    }

    @Test
    void withoutLabelsThereIsNoZeroShotAccuracy() {
        Evaluation found = Evaluation.of(model, List.of(seen("dog", "dog"), seen("cat", "cat")), null, null);

        assertThat(found.withTemplates()).isNull();
        assertThat(found.namesAlone()).isNull();
        assertThat(found.tags()).isEmpty();
    }

    @Test
    void imagesThatMatchNoLabelAreRejected() {
        assertThatThrownBy(() -> Evaluation.of(
                        model, List.of(seen("dog", "dog")), LabelSetFile.ofNames(List.of("cat", "car")), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found none. Labels such as [cat, car], texts such as [dog]");
    }

    @Test
    void imagesWithoutALabelAreExcludedFromZeroShotAndReported() {
        List<Seen> seen = List.of(seen("dog", "dog"), seen("cat", "cat"), seen("car", "carriage"));

        Evaluation found = Evaluation.of(model, seen, LabelSetFile.ofNames(List.of("dog", "cat")), null);

        assertThat(found.pictures()).isEqualTo(3);
        assertThat(found.unlabelled()).containsExactly("carriage");
        assertThat(found.withTemplates())
                .isNotNull()
                .extracting(ZeroShotAccuracy::pictures)
                .isEqualTo(2);
    }

    @Test
    void atAReportedThresholdTheTaggerReachesTheWantedPrecision() {
        // given: images that look like one label each, one in ten of which is captioned as another
        LabelSet labels = at(0.001, LabelSetFile.everyday());
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i + 1 < labels.labels().size(); i++) {
            String lookingLike = "a photo of a " + labels.labels().get(i).name("en") + ".";
            seen.add(seen(
                    lookingLike, labels.labels().get(i % 10 == 0 ? i + 1 : i).id()));
        }

        // when
        List<TagPrecision> found = Evaluation.of(model, seen, labels, null).tags();

        // then: the oracle is the tagger itself with that threshold, without the parents that tags bring
        assertThat(found.getFirst().threshold()).isEqualTo(labels.threshold());
        assertThat(found).hasSizeGreaterThan(1);
        KnownLabels known = new KnownLabels(labels);
        for (TagPrecision at : found) {
            ZeroShotTagger tagger = ZeroShotTagger.create(
                    withoutParents(at(at.threshold(), labels)), model.textEncoder(), model.scoring(), model.identity());
            int tags = 0;
            int right = 0;
            for (Seen picture : seen) {
                List<String> ids = tagger.tag(picture.vector()).stream()
                        .map(ScoredLabel::labelId)
                        .toList();
                tags += ids.size();
                right += (int) ids.stream()
                        .filter(known.withParents(picture.texts())::contains)
                        .count();
            }
            assertThat(at.precision()).isCloseTo((double) right / tags, within(1e-9));
            assertThat(at.perPicture()).isCloseTo((double) tags / seen.size(), within(1e-9));
        }
        for (int i = 1; i < found.size(); i++) {
            assertThat(found.get(i).precision()).isGreaterThanOrEqualTo(0.7);
        }
    }

    private static LabelSet at(double threshold, LabelSet set) {
        return with(threshold, set.labels(), set);
    }

    private static LabelSet withoutParents(LabelSet set) {
        List<Label> labels = set.labels().stream()
                .map(label -> new Label(label.id(), label.names(), label.prompts(), label.threshold(), null))
                .toList();
        return with(set.threshold(), labels, set);
    }

    private static LabelSet with(double threshold, List<Label> labels, LabelSet set) {
        return new LabelSet(
                set.name(),
                set.version(),
                set.language(),
                LabelSet.Mode.EXCLUSIVE,
                set.topK(),
                threshold,
                set.templates(),
                set.backgroundPrompts(),
                labels);
    }

    private static Seen seen(String lookingLike, String text) {
        Embedding vector = model.textEncoder().encode(List.of(lookingLike)).getFirst();
        return new Seen(vector, List.of(text));
    }
}
