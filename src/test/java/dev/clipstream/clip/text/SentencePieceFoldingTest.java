package dev.clipstream.clip.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.clipstream.clip.bundle.TokenizerFile;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SentencePieceFoldingTest {
    private static final Path BUNDLE =
            Path.of("src/test/resources/models/exports/hf-siglip-spiece").toAbsolutePath();

    /// Made with `sentencepiece.SentencePieceNormalizer(rule_name='nmt_nfkc')` of sentencepiece 0.2.3.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "\ufb01ne \ufb00 \u21165 \u2026 \u00bd \u2167 \u338f \u2103 \u2122|fine ff No5 ... 1\u20442 VIII kg"
                        + " \u00b0C TM",
                "\uff76\uff9e\uff8a\uff9d \uff21\uff42\uff43\uff11\uff12\uff13\uff5e\u301c|\u30ac\u30cf\u30f3"
                        + " Abc123\uff5e\u301c",
                "cafe\u0301 A\u030angstro\u0308m|caf\u00e9 \u00c5ngstr\u00f6m",
                "  two   spaces\t tab\u3000wide\u00a0|two spaces tab wide",
                "\u200bzero\u200cwidth\u200djoin\u200e\ufeff|zero width\u200djoin",
                "\u2581a\u2581\u2581b|a b",
                "\u3231 \u2462 \u00aa \u00ba \u00b2|(\u682a) 3 a o 2",
                "\u00b4\u00a8\u00b8\u02d9|\u0301 \u0308 \u0327 \u0307",
                "\u0007bell\u007f|bell",
                "\u0130stanbul \u01c6 \u0149 \ufb06 \ufe4f \uff3f \uff0e|\u0130stanbul d\u017e \u02bcn st _ _ .",
                "\ud83d\udc69\u200d\ud83d\ude80 \u2764\ufe0f|\ud83d\udc69\u200d\ud83d\ude80 \u2764\ufe0f",
            })
    void withoutATableTextsAreFoldedAsSentencePieceDoes(String text, String folded) {
        JsonNode lost = JsonMapper.shared().readTree("{\"normalizer\": {\"type\": \"Lowercase\"}}");

        assertThat(SentencePieceFolding.of(lost).fold(text)).isEqualTo(folded);
    }

    @ParameterizedTest
    @CsvSource({
        "\ufb01ne\u3000\ufb00, fine ff",
        "\uff76\uff9e\uff8a\uff9d, \u30ac\u30cf\u30f3",
        "e\u0301e\u0301\u200d, \u00e9\u00e9\u200d",
        "\u2581a\u2581\u2581b, a b",
        "\u2462x, 3x",
        "\u732b, \u732b"
    })
    void aTablesLongestEntryCounts(String text, String folded) throws Exception {
        // given the table of a SentencePiece model
        JsonNode tokenizer = TokenizerFile.read(BUNDLE, List.of("")).json();

        // when, then
        assertThat(SentencePieceFolding.of(tokenizer).fold(text)).isEqualTo(folded);
    }

    @Test
    void aDamagedTableIsRefused() {
        for (byte[] table : List.of(new byte[2], new byte[] {8, 0, 0, 0, 1, 2}, new byte[] {0, 0, 0, 0, 1})) {
            JsonNode damaged = JsonMapper.shared()
                    .readTree("{\"normalizer\": {\"precompiled_charsmap\": \""
                            + Base64.getEncoder().encodeToString(table) + "\"}}");

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SentencePieceFolding.of(damaged))
                    .withMessageContaining("table of SentencePiece");
        }
    }

    @Test
    void aTableThatPointsOutsideOfItselfChangesNothing() {
        // given random units, none of which may be followed beyond the table
        byte[] table = new byte[4 + 256];
        new Random(7).nextBytes(table);
        table[0] = (byte) 240;
        table[1] = 0;
        table[2] = 0;
        table[3] = 0;
        JsonNode hostile = JsonMapper.shared()
                .readTree("{\"normalizer\": {\"precompiled_charsmap\": \""
                        + Base64.getEncoder().encodeToString(table) + "\"}}");

        // when, then
        assertThat(SentencePieceFolding.of(hostile).fold("a photo of a cat")).isNotNull();
    }
}
