package dev.clipstream.train.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.opening.ModelOpening;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordPieceVocabularyTest {
    private static final List<String> CAPTIONS = Stream.concat(
                    Collections.nCopies(5, "a photo of a Café").stream(), Stream.of("two dogs", "蓝色背景上的一只狗"))
            .toList();

    @TempDir
    private Path folder;

    @Test
    void wordsOfCaptionsAreOneTokenRegardlessOfCaseAndAccents() throws Exception {
        assertThat(tokens("A PHOTO of a cafe")).containsExactly("[CLS]", "a", "photo", "of", "a", "cafe", "[SEP]");
    }

    @Test
    void everyChineseCharacterIsOneToken() throws Exception {
        assertThat(tokens("一只狗")).containsExactly("[CLS]", "一", "只", "狗", "[SEP]");
    }

    @Test
    void anUnseenWordSplitsIntoKnownPieces() throws Exception {
        assertThat(tokens("zebra")).containsExactly("[CLS]", "z", "##e", "##b", "##r", "##a", "[SEP]");
    }

    @Test
    void theFilePadsWithTheFirstToken() throws Exception {
        try (ClipTokenizer tokenizer = open()) {
            assertThat(tokenizer.kind()).isEqualTo("CHINESE_CLIP");
            assertThat(WordPieceVocabulary.of(CAPTIONS, 400).tokens().getFirst())
                    .isEqualTo("[PAD]");
        }
    }

    @Test
    void rareWordsAreDroppedWhenTheVocabularyIsFull() {
        // given
        List<String> many = Stream.concat(
                        Collections.nCopies(3, "common").stream(),
                        Stream.iterate(100, i -> i < 900, i -> i + 1).map(i -> "w" + i))
                .toList();

        // when
        List<String> tokens = WordPieceVocabulary.of(many, 250).tokens();

        // then
        assertThat(tokens).hasSizeLessThanOrEqualTo(250).contains("common").doesNotContain("w899");
    }

    private List<String> tokens(String text) throws Exception {
        List<String> vocabulary = WordPieceVocabulary.of(CAPTIONS, 400).tokens();
        try (ClipTokenizer tokenizer = open()) {
            return Arrays.stream(tokenizer.tokenize(text))
                    .mapToObj(id -> vocabulary.get((int) id))
                    .toList();
        }
    }

    private ClipTokenizer open() throws Exception {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                WordPieceVocabulary.of(CAPTIONS, 400).json());
        return ModelOpening.openTokenizer(folder);
    }
}
