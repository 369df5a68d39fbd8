package dev.clipstream.cli.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `tag` with the bundled model.
class TagCommandTest {
    private static final String CAR = "samples/car-on-yellow.webp";

    @ParameterizedTest
    @CsvSource({
        "nosuch.txt, found no such file: 'nosuch.txt'",
        "./nosuch, found no such file: './nosuch'",
        "'cat,/labels/pets', found no such file: '/labels/pets'",
        "https://example.com/labels, found no such file",
        "samples, found the folder 'samples'",
        "nosuch/labels, found neither a file nor a second name: 'nosuch/labels'",
        "cat, found neither a file nor a second name: 'cat'",
        "'cat, cat,', found neither a file nor a second name"
    })
    void whatIsNoFileAndNoListOfNamesIsNoLabel(String labels, String said) {
        Ran ran = Ran.of("tag", "--labels", labels, "--image", CAR);

        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).hasLineCount(1).contains("--labels: expected ", said);
    }

    @Test
    void labelsThatTheModelCannotTellApartAreReported() {
        // given names that differ in case, and emoji that the model's vocabulary lacks
        Ran ran = Ran.of("tag", "--labels", "Cat,cat,🫎,🫏", "--image", CAR);

        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(ran.errLines())
                .hasSize(2)
                .first()
                .asString()
                .isEqualTo(
                        "clipstream tag: --labels: Expected a vector for each label, found one that 'Cat', 'cat' share:"
                                + " the model cannot tell their prompts apart, so they split their probability. Remove or reword"
                                + " all but one.");
        assertThat(ran.err()).contains("'🫎', '🫏'");
    }

    @Test
    void aPromptThatIsCutIsReported() {
        String common = "a photo of a very ".repeat(30);

        Ran ran = Ran.of("tag", "--labels", common + "red car," + common + "blue dog", "--image", CAR);

        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(ran.err()).contains("share", "which is cut: 'a photo of a");
    }

    @Test
    void labelsThatDifferAreNotReported() {
        assertThat(Ran.of("tag", "--labels", "cat,dog,car", "--image", CAR).err())
                .isEmpty();
        assertThat(Ran.of("tag", "--image", CAR).err()).isEmpty();
    }

    @Test
    void textsThatAreCutAreReported() {
        String text = "a photo of a very ".repeat(30);

        for (String command : new String[] {"embed", "tokenize"}) {
            Ran ran = Ran.of(command, "--text", "a car", "--text", text);

            assertThat(ran.exitCode()).as(ran.toString()).isZero();
            assertThat(ran.err()).hasLineCount(1).contains("clipstream " + command + ": expected a text of at most ");
        }
    }
}
