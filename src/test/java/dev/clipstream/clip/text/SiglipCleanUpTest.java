package dev.clipstream.clip.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Compares with what SentencePiece gets from transformers 4.57.6 (`SiglipTokenizer`) and from OpenCLIP 3.3.0
/// (`canonicalize_text`).
class SiglipCleanUpTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ΟΔΟΣ | οδοσ | οδος",
                "Πόλις ΚΑΛΟΣ, ΔΡΟΜΟΣ! | πόλις καλοσ δρομοσ | πόλις καλος δρομος",
                "İstanbul | i̇stanbul | i̇stanbul",
                "snake_case  [x] | snakecase x | snake case x",
            })
    void eachImplementationHasItsOwnLowerCaseAndPunctuation(String text, String huggingFace, String openClip) {
        assertThat(TextCleanUp.SIGLIP.clean(text)).isEqualTo(huggingFace);
        assertThat(TextCleanUp.CANONICALIZE.clean(text)).isEqualTo(openClip);
    }
}
