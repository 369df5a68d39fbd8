package dev.clipstream.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
    @ParameterizedTest
    @CsvSource({
        "'a\u001B[2Jb', 'a\uFFFD[2Jb'",
        "'a\u009Bb\r\n', 'a\uFFFDb\uFFFD\uFFFD'",
        "'gpj.\u202Etxt', 'gpj.\uFFFDtxt'",
        "'猫 👩\u200D🚀 é', '猫 👩\u200D🚀 é'"
    })
    void controlsOfATerminalAreReplaced(String hostile, String shown) {
        assertThat(Terminal.text(hostile)).isEqualTo(shown);
    }
}
