package dev.clipstream.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The values and what they are read as come from PyYAML 6.0.3, and from the core schema of YAML 1.2 where PyYAML reads
/// text: `1e3`, `12e03` and `0o17`.
class YamlSurpriseTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            no                   | false
            No                   | false
            NO                   | false
            off                  | false
            false                | false
            FALSE                | false
            yes                  | true
            on                   | true
            On                   | true
            true                 | true
            null                 | nothing
            Null                 | nothing
            ~                    | nothing
            1.0                  | a number
            1.10                 | a number
            .5                   | a number
            1.                   | a number
            -1.5                 | a number
            1.5e+3               | a number
            1e3                  | a number
            12e03                | a number
            +1                   | a number
            1_000                | a number
            0x1F                 | a number
            0b11                 | a number
            010                  | a number
            007                  | a number
            0o17                 | a number
            .inf                 | a number
            -.INF                | a number
            .NaN                 | a number
            1:30                 | a number in base 60
            22:30:00             | a number in base 60
            190:20:30.15         | a number in base 60
            2026-01-01           | a date
            2026-1-1T10:00:00Z   | a date
            2026-01-01 10:00:00  | a date
            <<                   | an operator
            =                    | an operator
            """)
    void textThatOtherReadersTakeForSomethingElseIsRefusedWithoutQuotesAndKeptInQuotes(String value, String read)
            throws LabelSetException {
        // given: the value as id, name, prompt, version, language and parent
        String refused = ": expected text, found " + value + " without quotes, which YAML reads as " + read
                + ": write \"" + value + "\"";

        // then
        assertThatThrownBy(() -> read("name: n\nversion: 1\nlabels:\n  - " + value + "\n"))
                .isInstanceOf(LabelSetException.class)
                .hasMessage("f.yaml, line 4, labels[0]" + refused);
        assertThatThrownBy(() -> read("name: n\nversion: " + value + "\nlabels: [cat]\n"))
                .hasMessage("f.yaml, line 2, version" + refused);
        assertThatThrownBy(() -> read("name: " + value + "\nversion: 1\nlabels: [cat]\n"))
                .hasMessage("f.yaml, line 1, name" + refused);
        assertThatThrownBy(() -> read("name: n\nversion: 1\nlanguage: " + value + "\nlabels: [cat]\n"))
                .hasMessage("f.yaml, line 3, language" + refused);
        assertThatThrownBy(() ->
                        read("name: n\nversion: 1\nlabels:\n  - id: a\n    names:\n      en: x\n    prompts:\n      - "
                                + value + "\n"))
                .hasMessage("f.yaml, line 8, labels[0].prompts[0]" + refused);
        assertThatThrownBy(() -> read("name: n\nversion: 1\nlabels:\n  - id: a\n    names:\n      en: " + value + "\n"))
                .hasMessage("f.yaml, line 6, labels[0].names.en" + refused);
        assertThatThrownBy(() -> read(
                        "name: n\nversion: 1\nlabels:\n  - id: a\n    names: {en: x}\n    parent: " + value + "\n"))
                .hasMessage("f.yaml, line 6, labels[0].parent" + refused);
        for (String quote : List.of("'", "\"")) {
            LabelSet kept =
                    read("name: n\nversion: " + quote + value + quote + "\nlabels: [" + quote + value + quote + "]\n");
            assertThat(kept.version()).isEqualTo(value);
            assertThat(kept.labels()).containsExactly(Label.of(value, Map.of("en", value)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3",
                "0",
                "-7",
                "2026",
                "12345678901234567890123",
                "v1.0",
                "1.2.3",
                "y",
                "n",
                "nO",
                "none",
                "nan",
                "inf",
                "on-off",
                "null-set",
                "1e",
                "0x",
                "1:90",
                "2026-01",
                "1-2",
                "north",
                "note",
                "T恤",
                "诺"
            })
    void textThatEveryReaderTakesForTheSameIsKeptWithoutQuotes(String value) throws LabelSetException {
        assertThat(read("name: n\nversion: " + value + "\nlabels: [cat]").version())
                .isEqualTo(value);
    }

    /// Each row repeats what a pattern repeats, a hundred thousand times.
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "text", ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            1|:30||a number in base 60
            1|:3|.5|a number in base 60
            1_|_|:30|a number in base 60
            1:30.|_||a number in base 60
            1|:30|x|text
            -1|0||text
            0b1|_||a number
            0x1|f||a number
            0o1|7||a number
            0|7||a number
            1.|_||a number
            1|_|.5|a number
            1e1|0||a number
            1e|0|x|text
            2026-01-01|' '|10:00:00|a date
            2026-01-01 10:00:00.|0||a date
            2026-01-01 10:00:00|' '|Z|a date
            2026-01-01 10:00:00|' '|x|text
            x|:30||text
            """)
    void aLongValueIsReadAsAShortOne(String start, String repeated, @Nullable String end, @Nullable String read) {
        // given
        String value = start + repeated.repeat(100_000) + (end == null ? "" : end);

        // when
        Optional<String> found = YamlSurprise.of(value);

        // then
        assertThat(found).isEqualTo(Optional.ofNullable(read));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {id: dog, names: {no: hund}}      | labels[0].names: expected text, found no without quotes, which YAML reads as false: write "no"
            {id: dog, names: {"no": hund}}    | labels[0].names: expected a name in 'en'
            {id: dog, aliases: [off]}         | labels[0].aliases[0]: expected text, found off without quotes
            {id: dog, threshold: 010}         | labels[0].threshold: expected a probability from 0 to 1, found '010'
            {id: dog, threshold: 0x1}         | labels[0].threshold: expected a probability from 0 to 1, found '0x1'
            """)
    void aLanguageSuchAsNorwegianNeedsQuotesAndNumbersAreDecimal(String label, String said) {
        assertThatThrownBy(() -> read("name: n\nversion: 1\nlabels:\n  - " + label))
                .isInstanceOf(LabelSetException.class)
                .hasMessageStartingWith("f.yaml, line 4, ")
                .hasMessageContaining(said);
    }

    private static LabelSet read(String yaml) throws LabelSetException {
        return LabelSetFile.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "f.yaml");
    }
}
