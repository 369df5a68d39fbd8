package dev.clipstream.train.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/// A WordPiece vocabulary for the words of captions, with the tokenizer of BERT.
///
/// Each frequent word is one token. Other words split into frequent suffixes and single letters, so that hardly any
/// text is unknown. Every Chinese, Japanese or Korean character that occurs is a token, as in BERT.
public final class WordPieceVocabulary {
    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    private static final String CONTINUED = "##";

    /// Suffixes that are frequent enough to be tokens.
    private static final int LONGEST_ENDING = 4;

    private final List<String> tokens;

    private WordPieceVocabulary(List<String> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /// Builds a vocabulary.
    ///
    /// @param texts training texts; more frequent ones occur more often
    /// @param most  maximum number of tokens, at least 200
    public static WordPieceVocabulary of(List<String> texts, int most) {
        if (most < 200) {
            throw new IllegalArgumentException("Expected a vocabulary of at least 200 tokens, found " + most);
        }
        Map<String, Integer> words = new TreeMap<>();
        texts.forEach(text -> words(text).forEach(word -> words.merge(word, 1, Integer::sum)));
        Set<String> tokens = new LinkedHashSet<>(SPECIAL);
        IntStream.rangeClosed('!', '~')
                .filter(c -> c < 'A' || c > 'Z')
                .mapToObj(Character::toString)
                .forEach(tokens::add);
        IntStream.concat(IntStream.rangeClosed('0', '9'), IntStream.rangeClosed('a', 'z'))
                .mapToObj(c -> CONTINUED + Character.toString(c))
                .forEach(tokens::add);
        List<Integer> characters = words.keySet().stream()
                .flatMapToInt(String::codePoints)
                .distinct()
                .sorted()
                .boxed()
                .toList();
        characters.forEach(c -> tokens.add(Character.toString(c)));
        characters.stream()
                .filter(c -> Character.isLetter(c) && !Character.isIdeographic(c))
                .forEach(c -> tokens.add(CONTINUED + Character.toString(c)));
        List<String> byFrequency = byFrequency(words);
        int reserved = Math.min(200, most / 10);
        byFrequency.stream().limit(Math.max(0, most - tokens.size() - reserved)).forEach(tokens::add);
        byFrequency(endings(words)).stream()
                .limit(Math.max(0, most - tokens.size()))
                .limit(reserved)
                .forEach(tokens::add);
        return new WordPieceVocabulary(List.copyOf(tokens));
    }

    private static List<String> byFrequency(Map<String, Integer> counted) {
        return counted.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry<String, Integer>::getValue)
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Counts the suffixes of distinct words.
    private static Map<String, Integer> endings(Map<String, Integer> words) {
        Map<String, Integer> endings = new TreeMap<>();
        for (String word : words.keySet()) {
            for (int length = 2; length <= LONGEST_ENDING && length < word.length(); length++) {
                String ending = word.substring(word.length() - length);
                if (ending.chars().allMatch(c -> c >= 'a' && c <= 'z')) {
                    endings.merge(CONTINUED + ending, 1, Integer::sum);
                }
            }
        }
        return endings;
    }

    /// Splits a text like BERT's normalizer and pre-tokenizer: lower case, no accents, and CJK characters and
    /// punctuation as separate words.
    private static List<String> words(String text) {
        String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD)
                .replaceAll("\\p{Mn}", "");
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        plain.codePoints().forEach(c -> {
            boolean alone = Character.isIdeographic(c) || isPunctuation(c);
            if (alone || Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c)) {
                finish(word, words);
                if (alone) {
                    words.add(Character.toString(c));
                }
            } else {
                word.appendCodePoint(c);
            }
        });
        finish(word, words);
        return words;
    }

    private static void finish(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isPunctuation(int c) {
        if (c < 128) {
            return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /// Returns the tokens in the order of their ids.
    public List<String> tokens() {
        return tokens;
    }

    /// Returns the tokenizer file in the format of Hugging Face's library.
    public String json() {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("version", "1.0");
        file.put("added_tokens", SPECIAL.stream().map(this::added).toList());
        file.put(
                "normalizer",
                Map.of(
                        "type", "BertNormalizer",
                        "clean_text", true,
                        "handle_chinese_chars", true,
                        "strip_accents", true,
                        "lowercase", true));
        file.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
        file.put(
                "post_processor",
                Map.of(
                        "type", "BertProcessing",
                        "cls", List.of("[CLS]", tokens.indexOf("[CLS]")),
                        "sep", List.of("[SEP]", tokens.indexOf("[SEP]"))));
        file.put("decoder", Map.of("type", "WordPiece", "prefix", CONTINUED, "cleanup", true));
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        tokens.forEach(token -> vocabulary.put(token, vocabulary.size()));
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "WordPiece");
        model.put("unk_token", "[UNK]");
        model.put("continuing_subword_prefix", CONTINUED);
        model.put("max_input_chars_per_word", 100);
        model.put("vocab", vocabulary);
        file.put("model", model);
        return JsonMapper.shared().writeValueAsString(file);
    }

    private Map<String, Object> added(String token) {
        Map<String, Object> added = new LinkedHashMap<>();
        added.put("id", tokens.indexOf(token));
        added.put("content", token);
        added.put("single_word", false);
        added.put("lstrip", false);
        added.put("rstrip", false);
        added.put("normalized", false);
        added.put("special", true);
        return added;
    }
}
