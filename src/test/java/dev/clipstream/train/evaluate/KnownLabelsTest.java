package dev.clipstream.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownLabelsTest {
    private static final KnownLabels LABELS = new KnownLabels(labels(
            Label.of("jack-o-lantern", Map.of("en", "Jack-O-Lantern", "zh", "南瓜灯")),
            Label.of("t_shirt", Map.of("en", "tee")),
            Label.of("tee", Map.of("en", "golf peg")),
            Label.of("cafe", Map.of("en", "caf\u00e9"))));

    @ParameterizedTest
    @CsvSource({
        "jack-o-lantern, jack-o-lantern",
        "jack o lantern, jack-o-lantern",
        "JACK_O_LANTERN, jack-o-lantern",
        "南瓜灯, jack-o-lantern",
        "T-Shirt, t_shirt",
        "' t  shirt ', t_shirt",
        "golf-peg, tee",
        "cafe\u0301, cafe"
    })
    void aTextMatchesAnIdOrNameRegardlessOfCaseAndSeparators(String text, String id) {
        assertThat(LABELS.named(List.of(text))).containsExactly(id);
    }

    @Test
    void labelsThatDifferOnlyInSeparatorsAreDistinguishedByAnExactText() {
        KnownLabels labels = new KnownLabels(
                labels(Label.of("t-shirt", Map.of("en", "shirt one")), Label.of("t_shirt", Map.of("en", "shirt two"))));

        assertThat(labels.named(List.of("t_shirt", "t-shirt"))).containsExactly("t_shirt", "t-shirt");
        assertThat(labels.named(List.of("t shirt"))).containsExactly("t-shirt");
    }

    @Test
    void anIdTakesPrecedenceOverANameOfAnotherLabel() {
        assertThat(LABELS.named(List.of("tee"))).containsExactly("tee");
    }

    @ParameterizedTest
    @CsvSource({"lantern", "jackolantern", "-", "''"})
    void otherTextsMatchNoLabel(String text) {
        assertThat(LABELS.named(List.of(text))).isEmpty();
    }

    private static LabelSet labels(Label... labels) {
        return new LabelSet("things", "1", "en", LabelSet.Mode.EXCLUSIVE, 5, 0, List.of(), List.of(), List.of(labels));
    }
}
