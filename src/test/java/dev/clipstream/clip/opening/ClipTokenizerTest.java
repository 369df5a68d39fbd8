package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Family;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.bundle.ModelConfig;
import dev.clipstream.clip.bundle.TokenizerFile;
import dev.clipstream.clip.family.BundleEvidence;
import dev.clipstream.clip.family.ModelFamilies;
import dev.clipstream.clip.text.NativeTokenizer;
import dev.clipstream.clip.text.TextRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClipTokenizerTest {
    private static final Path REFERENCE = Path.of("../shared/fixtures/tokenizer");

    @TempDir
    private Path folder;

    @Test
    @EnabledIf("referenceIsThere")
    void everyTextHasTheIdsThatOpenAisOwnTokenizerGives() throws Exception {
        // given
        Files.copy(REFERENCE.resolve("openai-clip.tokenizer.json"), folder.resolve("tokenizer.json"));
        List<JsonNode> table;
        try (var lines = Files.lines(REFERENCE.resolve("openai-clip.jsonl"))) {
            table = lines.map(JsonMapper.shared()::readTree).toList();
        }

        // when, then
        SoftAssertions equal = new SoftAssertions();
        try (ClipTokenizer tokenizer = open(77)) {
            for (JsonNode line : table) {
                String text = line.path("text").stringValue();
                equal.assertThat(tokenizer.tokenize(text)).as(text).isEqualTo(ids(line.path("ids")));
            }
        }
        assertThat(table).hasSize(250);
        equal.assertAll();
    }

    @Test
    @EnabledIf("referenceIsThere")
    void openAisVocabularyGivesTheKnownIds() throws Exception {
        // given
        Files.copy(REFERENCE.resolve("openai-clip.tokenizer.json"), folder.resolve("tokenizer.json"));

        // when, then
        try (ClipTokenizer tokenizer = open(77)) {
            assertThat(tokenizer.tokenize("Hello World!")).containsExactly(49406, 3306, 1002, 256, 49407);
            assertThat(tokenizer.tokenize("a photo of a cat")).containsExactly(49406, 320, 1125, 539, 320, 2368, 49407);
            assertThat(tokenizer.tokenize("cafe\u0301")).containsExactly(49406, 15304, 49407);
            assertThat(tokenizer.tokenize("it’s")).containsExactly(49406, 585, 568, 49407);
        }
    }

    @Test
    void aLongTextIsCutSoThatItsEndTokenStaysLast() throws Exception {
        // given
        write(Family.OPENAI);

        // when
        long[] ids;
        long[] empty;
        try (ClipTokenizer tokenizer = open(77)) {
            ids = tokenizer.tokenize("cat ".repeat(200));
            empty = tokenizer.tokenize("");
        }

        // then
        assertThat(empty).hasSize(2);
        assertThat(ids).hasSize(77).startsWith(empty[0]).endsWith(empty[1]);
        assertThat(ids[75]).isEqualTo(ids[1]);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void aTextIsCutIfItHasMoreTokensThanTheModelTakes(Family family) throws Exception {
        write(family);

        try (ClipTokenizer whole = open(1000);
                ClipTokenizer tokenizer = open(16)) {
            for (String word : List.of("a ", "xyzzy ", "é", "猫", "ﷺ", "🫎 ", "&amp;")) {
                for (int count = 0; count < 20; count++) {
                    String text = word.repeat(count);
                    assertThat(tokenizer.cuts(text)).as(text).isEqualTo(whole.tokenize(text).length > 16);
                }
            }
        }
    }

    @Test
    void aSpecialTokensNameIsTheTokenOnlyWhereOpenAisPatternSeesIt() throws Exception {
        // given
        write(Family.OPENAI);

        // when
        long[] alone;
        long[] mixedCase;
        long[] afterPunctuation;
        try (ClipTokenizer tokenizer = open(77)) {
            alone = tokenizer.tokenize("a <|endoftext|> cat");
            mixedCase = tokenizer.tokenize("a <|EndOfText|> cat");
            afterPunctuation = tokenizer.tokenize("a !<|endoftext|> cat");
        }

        // then
        long end = alone[alone.length - 1];
        assertThat(alone).hasSize(5).contains(end, org.assertj.core.data.Index.atIndex(2));
        assertThat(mixedCase).isEqualTo(alone);
        assertThat(afterPunctuation).hasSizeGreaterThan(5);
        assertThat(IntStream.range(0, afterPunctuation.length - 1)).allMatch(i -> afterPunctuation[i] != end);
    }

    @Test
    void chineseClipLowerCasesAndStripsAccentsEvenIfItsFileDoesNot() throws Exception {
        // given a file whose normalizer does nothing
        write(Family.CHINESE);
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("\"lowercase\":true", "\"lowercase\":false"));

        // when, then
        try (ClipTokenizer tokenizer = open(52)) {
            assertThat(tokenizer.kind()).isEqualTo("CHINESE_CLIP");
            assertThat(tokenizer.tokenize("Cät 皮卡丘")).isEqualTo(tokenizer.tokenize("cat皮卡丘"));
            assertThat(tokenizer.tokenize("皮卡丘")).hasSize(5).startsWith(2).endsWith(3);
            assertThat(tokenizer.tokenize("猫".repeat(80)))
                    .hasSize(52)
                    .startsWith(2)
                    .endsWith(3);
        }
    }

    @Test
    void chineseClipNeedsOnlyItsVocabulary() throws Exception {
        // given the same tokens, once as tokenizer.json, once as vocab.txt
        write(Family.CHINESE);
        JsonNode vocabulary = JsonMapper.shared()
                .readTree(Files.readString(folder.resolve("tokenizer.json")))
                .path("model")
                .path("vocab");
        String[] tokens = new String[vocabulary.size()];
        vocabulary.properties().forEach(token -> tokens[token.getValue().asInt()] = token.getKey());
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.write(other.resolve("vocab.txt"), List.of(tokens));

        // when, then
        TokenizerFile file = TokenizerFile.read(other.toRealPath(), List.of(""));
        try (ClipTokenizer byFile = open(52);
                ClipTokenizer byVocabulary = open(file, 52)) {
            for (String text : List.of("a photo of a CAT, 2 dogs", "一张猫的照片", "", "naïve")) {
                assertThat(byVocabulary.tokenize(text)).isEqualTo(byFile.tokenize(text));
            }
        }
    }

    @Test
    void aVocabularyAloneIsNormalizedAsItsSettingsSay() throws Exception {
        // given the vocabulary of a model that keeps case and accents, without and with the settings that say so
        Files.write(folder.resolve("vocab.txt"), List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "C", "c", "É"));
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"jina_clip\"}");

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> open(77))
                .withMessageContainingAll("do_lower_case", "vocab.txt");
        Files.writeString(
                folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false, \"strip_accents\": false}");
        try (ClipTokenizer tokenizer = open(77)) {
            assertThat(tokenizer.tokenize("C c É")).containsExactly(2, 5, 6, 7, 3);
        }
    }

    @Test
    void siglipIgnoresPunctuationAndCase() throws Exception {
        // given
        write(Family.SIGLIP);

        // when, then
        try (ClipTokenizer tokenizer = open(64)) {
            assertThat(tokenizer.kind()).isEqualTo("SIGLIP_NFKC");
            assertThat(tokenizer.tokenize("A photo,  of a CAT!")).isEqualTo(tokenizer.tokenize("a photo of a cat"));
            assertThat(tokenizer.tokenize("cat ".repeat(100))).hasSize(64).endsWith(1);
        }
    }

    @Test
    void manyThreadsGetTheSameIds() throws Exception {
        // given
        write(Family.OPENAI);
        List<String> texts = IntStream.range(0, 300)
                .mapToObj(i -> "photo " + i + " of a cat 猫")
                .toList();

        // when, then
        try (ClipTokenizer tokenizer = open(77)) {
            List<long[]> inOrder = texts.stream().map(tokenizer::tokenize).toList();
            List<long[]> atOnce =
                    texts.parallelStream().map(tokenizer::tokenize).toList();
            assertThat(atOnce).usingRecursiveComparison().isEqualTo(inOrder);
        }
    }

    private void write(Family family) throws IOException {
        RandomClip.write(folder, Spec.TINY.family(family));
    }

    private ClipTokenizer open(int length) throws Exception {
        return open(TokenizerFile.read(folder.toRealPath(), List.of("")), length);
    }

    private ClipTokenizer open(TokenizerFile file, int length) throws Exception {
        BundleEvidence evidence =
                new BundleEvidence(ModelConfig.read(folder.toRealPath()), file, Optional.empty(), false);
        TextRules rules = ModelFamilies.recognise(evidence).value().texts(evidence);
        return NativeTokenizer.open(file.name(), file.json(), rules.withLength(new Decided<>(length, "the test")));
    }

    private static long[] ids(JsonNode node) {
        long[] ids = new long[node.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = node.path(i).asLong();
        }
        return ids;
    }

    static boolean referenceIsThere() {
        return Files.exists(REFERENCE);
    }
}
