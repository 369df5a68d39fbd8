package dev.clipstream.label.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.clipstream.clip.Embedding;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelCalibration;
import dev.clipstream.label.LabelExample;
import dev.clipstream.label.LabelSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LessonTest {
    private static final String MODEL = "a".repeat(64);
    private static final String OTHER_MODEL = "b".repeat(64);
    private static final Embedding LIBRARY = Embedding.normalize(new float[] {1, 1, 1});

    private final Verdicts verdicts = new Verdicts();
    private final Map<String, Embedding> index = new HashMap<>(Map.of(
            "1.jpg", Embedding.normalize(new float[] {1, 0, 0}),
            "2.jpg", Embedding.normalize(new float[] {0, 1, 0}),
            "3.jpg", Embedding.normalize(new float[] {0, 0, 1})));

    @Test
    void aVerdictMakesAnExampleAndTheNewestOfAPersonCounts() {
        // given
        say("1.jpg", "fox", true, "ann", 2);
        say("1.jpg", "fox", false, "ann", 1); // arrives late
        say("2.jpg", "fox", false, "ann", 3);

        // when
        Lesson lesson = learn(set());

        // then
        assertThat(examples(lesson, "fox"))
                .extracting(LabelExample::source, LabelExample::positive)
                .containsExactly(tuple("1.jpg", true), tuple("2.jpg", false), tuple(LabelExample.LIBRARY, false));
        assertThat(examples(lesson, "cat")).isEmpty();
        assertThat(lesson.set().modelFingerprint()).isEqualTo(MODEL);
    }

    @Test
    void theMajorityOfPersonsDecidesAndATieIsNoExample() {
        // given
        say("1.jpg", "fox", true, "ann", 1);
        say("1.jpg", "fox", true, "bob", 2);
        say("1.jpg", "fox", false, "cy", 3);
        say("2.jpg", "fox", true, "ann", 1);
        say("2.jpg", "fox", false, "", 2);
        say("2.jpg", "fox", false, "", 3); // nameless verdicts are one person's

        // when
        Lesson lesson = learn(set());

        // then
        assertThat(examples(lesson, "fox"))
                .filteredOn(example -> !example.isLibrary())
                .extracting(LabelExample::source, LabelExample::positive)
                .containsExactly(tuple("1.jpg", true));
        assertThat(lesson.contested()).isEqualTo(1);
    }

    @Test
    void aSecondLessonChangesNothing() {
        // given
        say("1.jpg", "fox", true, "ann", 1);
        say("2.jpg", "fox", true, "ann", 2);
        say("3.jpg", "fox", true, "ann", 3);
        Lesson first = Lesson.of(set(), MODEL, verdicts, this::vector, LIBRARY, 2);

        // when: the library has moved on, and a medium was deleted
        index.remove("2.jpg");
        Embedding moved = Embedding.normalize(new float[] {1, 2, 3});
        Lesson second = Lesson.of(first.set(), MODEL, verdicts, this::vector, moved, 2);

        // then
        assertThat(second.set()).isEqualTo(first.set());
        assertThat(examples(first, "fox"))
                .extracting(LabelExample::source)
                .containsExactly("2.jpg", "3.jpg", LabelExample.LIBRARY);
    }

    @Test
    void aChangedVerdictReplacesTheExample() {
        // given
        say("1.jpg", "fox", true, "ann", 1);
        LabelSet learned = learn(set()).set();

        // when
        say("1.jpg", "fox", false, "ann", 2);

        // then
        assertThat(learn(learned).set().labels().get(1).examples())
                .extracting(LabelExample::source, LabelExample::positive)
                .containsExactly(tuple("1.jpg", false), tuple(LabelExample.LIBRARY, false));
    }

    @Test
    void examplesThatNoVerdictIsAboutStayUnlessTheyAreOfAnotherModel() {
        // given
        LabelExample drawn = new LabelExample("drawn.png", true, LIBRARY);
        LabelSet set = set();
        List<Label> labels = List.of(set.labels().get(0), set.labels().get(1).withExamples(List.of(drawn), 0.4));
        say("1.jpg", "fox", true, "ann", 1);

        // when
        Lesson same = learn(set.with("1", labels, MODEL));
        Lesson other = learn(set.with("1", labels, OTHER_MODEL));

        // then
        assertThat(examples(same, "fox")).extracting(LabelExample::source).startsWith("drawn.png", "1.jpg");
        assertThat(examples(other, "fox")).extracting(LabelExample::source).startsWith("1.jpg");
    }

    @Test
    void aCalibrationOfAnotherModelDoesNotSurvive() {
        // given
        LabelSet set = set();
        Label cat = set.labels().getFirst();
        Label calibrated = new Label(
                cat.id(),
                cat.names(),
                List.of(),
                null,
                null,
                List.of(),
                new LabelCalibration(1, 0, LabelCalibration.Method.UNLABELLED, 10, null, null, null, null, null),
                List.of(),
                0);
        say("1.jpg", "fox", true, "ann", 1);

        // when
        LabelSet learned = learn(set.with("1", List.of(calibrated, set.labels().get(1)), OTHER_MODEL))
                .set();

        // then
        assertThat(learned.labels().getFirst().calibration()).isNull();
    }

    @Test
    void whatCannotBeLearnedIsCounted() {
        // given
        say("gone.jpg", "fox", true, "ann", 1);
        say("1.jpg", "wolf", true, "ann", 1);

        // when
        Lesson lesson = learn(set());

        // then
        assertThat(lesson.missing()).isEqualTo(1);
        assertThat(lesson.unknown()).containsExactly("wolf");
        assertThat(lesson.set()).isEqualTo(set());
    }

    private Lesson learn(LabelSet set) {
        return Lesson.of(set, MODEL, verdicts, this::vector, LIBRARY, 32);
    }

    private Optional<Embedding> vector(String mediaId) {
        return Optional.ofNullable(index.get(mediaId));
    }

    private void say(String mediaId, String label, boolean right, String by, long second) {
        verdicts.add(new Verdicts.Verdict(mediaId, label, right, by, Instant.ofEpochSecond(second)));
    }

    private static List<LabelExample> examples(Lesson lesson, String label) {
        return lesson.set().labels().stream()
                .filter(one -> one.id().equals(label))
                .findFirst()
                .orElseThrow()
                .examples();
    }

    private static LabelSet set() {
        return new LabelSet(
                "pets",
                "1",
                "en",
                LabelSet.Mode.EXCLUSIVE,
                2,
                0,
                List.of(),
                List.of(),
                List.of(Label.of("cat", Map.of("en", "cat")), Label.of("fox", Map.of("en", "fox"))));
    }
}
