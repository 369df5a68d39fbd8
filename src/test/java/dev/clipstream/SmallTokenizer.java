package dev.clipstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes small `tokenizer.json` files of the kinds that the model families use, with vocabularies made for tests.
///
/// @param json       the file's text
/// @param vocabulary number of token ids
/// @param endToken   id of the last token of every text
record SmallTokenizer(String json, int vocabulary, int endToken) {
    private static final String WORDS = """
            a an the of in on and with photo picture cat dog bird horse red blue green black white tree flower house car bus
            bicycle boat plane train beach sea sky cloud night day city street food fruit apple banana bread cake coffee
            person child man woman face hand book paper computer screen phone chair table bed window door mountain river
            snow grass garden forest toy ball game music guitar piano clock lamp glass bottle cup shoe shirt hat bag""";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /// Returns CLIP's kind: byte-level BPE with end-of-word symbols, so every text has ids.
    static SmallTokenizer bytePairs() {
        SequencedMap<String, Integer> vocabulary = new LinkedHashMap<>();
        List<String> symbols = byteSymbols();
        symbols.forEach(symbol -> vocabulary.put(symbol, vocabulary.size()));
        symbols.forEach(symbol -> vocabulary.put(symbol + "</w>", vocabulary.size()));
        Set<String> merges = new LinkedHashSet<>();
        for (String word : words()) {
            for (int end = 2; end <= word.length(); end++) {
                String last = end == word.length() ? "</w>" : "";
                String left = word.substring(0, end - 1);
                String right = word.charAt(end - 1) + last;
                merges.add(left + " " + right);
                vocabulary.putIfAbsent(left + right, vocabulary.size());
            }
        }
        int start = vocabulary.size();
        vocabulary.put("<|startoftext|>", start);
        vocabulary.put("<|endoftext|>", start + 1);
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        model.put("unk_token", "<|endoftext|>");
        model.put("continuing_subword_prefix", "");
        model.put("end_of_word_suffix", "</w>");
        model.put("fuse_unk", false);
        model.put("vocab", vocabulary);
        model.put("merges", List.copyOf(merges));
        Map<String, Object> normalizers = Map.of(
                "type",
                "Sequence",
                "normalizers",
                List.of(
                        Map.of("type", "NFC"),
                        Map.of("type", "Replace", "pattern", Map.of("Regex", "\\s+"), "content", " "),
                        Map.of("type", "Lowercase")));
        String pieces =
                "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
        Map<String, Object> preTokenizers = Map.of(
                "type",
                "Sequence",
                "pretokenizers",
                List.of(
                        Map.of(
                                "type",
                                "Split",
                                "pattern",
                                Map.of("Regex", pieces),
                                "behavior",
                                "Removed",
                                "invert",
                                true),
                        Map.of(
                                "type",
                                "ByteLevel",
                                "add_prefix_space",
                                false,
                                "trim_offsets",
                                true,
                                "use_regex",
                                false)));
        Map<String, Object> ends = Map.of(
                "type",
                "RobertaProcessing",
                "sep",
                List.of("<|endoftext|>", start + 1),
                "cls",
                List.of("<|startoftext|>", start),
                "trim_offsets",
                false,
                "add_prefix_space",
                false);
        List<Object> added = List.of(added(start, "<|startoftext|>"), added(start + 1, "<|endoftext|>"));
        return new SmallTokenizer(file(added, normalizers, preTokenizers, ends, model), vocabulary.size(), start + 1);
    }

    /// Returns Chinese-CLIP's kind: BERT's word pieces, `[PAD]` 0.
    static SmallTokenizer wordPieces() {
        SequencedMap<String, Integer> vocabulary = new LinkedHashMap<>();
        for (String token : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
            vocabulary.put(token, vocabulary.size());
        }
        for (String word : words()) {
            vocabulary.putIfAbsent(word, vocabulary.size());
        }
        for (char letter = '!'; letter <= '~'; letter++) {
            vocabulary.putIfAbsent(String.valueOf(letter), vocabulary.size());
            vocabulary.putIfAbsent("##" + letter, vocabulary.size());
        }
        "一张猫的照片狗鸟马红蓝绿黑白树花皮卡丘".chars().forEach(c -> vocabulary.putIfAbsent(Character.toString(c), vocabulary.size()));
        Map<String, Object> model = Map.of(
                "type",
                "WordPiece",
                "unk_token",
                "[UNK]",
                "continuing_subword_prefix",
                "##",
                "max_input_chars_per_word",
                100,
                "vocab",
                vocabulary);
        Map<String, Object> normalizer =
                Map.of("type", "BertNormalizer", "clean_text", true, "handle_chinese_chars", true, "lowercase", true);
        Map<String, Object> ends =
                Map.of("type", "BertProcessing", "sep", List.of("[SEP]", 3), "cls", List.of("[CLS]", 2));
        List<Object> added = List.of(added(0, "[PAD]"), added(1, "[UNK]"), added(2, "[CLS]"), added(3, "[SEP]"));
        return new SmallTokenizer(
                file(added, normalizer, Map.of("type", "BertPreTokenizer"), ends, model), vocabulary.size(), 3);
    }

    /// Returns SigLIP's kind: unigrams, pad and end token `</s>` 1.
    static SmallTokenizer unigrams() {
        List<List<Object>> vocabulary = new ArrayList<>();
        vocabulary.add(List.of("<unk>", 0.0));
        vocabulary.add(List.of("</s>", 0.0));
        for (String word : new LinkedHashSet<>(words())) {
            vocabulary.add(List.of("▁" + word, -3.0));
        }
        vocabulary.add(List.of("▁", -4.0));
        for (char letter = '!'; letter <= '~'; letter++) {
            vocabulary.add(List.of(String.valueOf(letter), -6.0));
        }
        Map<String, Object> model = Map.of("type", "Unigram", "unk_id", 0, "vocab", vocabulary, "byte_fallback", false);
        return new SmallTokenizer(
                file(
                        List.of(added(0, "<unk>"), added(1, "</s>")),
                        Map.of("type", "Lowercase"),
                        Map.of("type", "Metaspace", "replacement", "▁", "prepend_scheme", "always"),
                        Map.of(
                                "type",
                                "TemplateProcessing",
                                "single",
                                List.of(
                                        Map.of("Sequence", Map.of("id", "A", "type_id", 0)),
                                        Map.of("SpecialToken", Map.of("id", "</s>", "type_id", 0))),
                                "pair",
                                List.of(Map.of("Sequence", Map.of("id", "A", "type_id", 0))),
                                "special_tokens",
                                Map.of("</s>", Map.of("id", "</s>", "ids", List.of(1), "tokens", List.of("</s>")))),
                        model),
                vocabulary.size(),
                1);
    }

    private static List<String> words() {
        return WORDS.lines().flatMap(line -> Stream.of(line.split(" ", -1))).toList();
    }

    private static String file(
            List<Object> added, Object normalizer, Object preTokenizer, Object postProcessor, Object model) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("version", "1.0");
        file.put("truncation", null);
        file.put("padding", null);
        file.put("added_tokens", added);
        file.put("normalizer", normalizer);
        file.put("pre_tokenizer", preTokenizer);
        file.put("post_processor", postProcessor);
        file.put("decoder", null);
        file.put("model", model);
        return JSON.writeValueAsString(file);
    }

    private static Map<String, Object> added(int id, String content) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("content", content);
        token.put("single_word", false);
        token.put("lstrip", false);
        token.put("rstrip", false);
        token.put("normalized", false);
        token.put("special", true);
        return token;
    }

    /// Returns the visible characters that represent bytes, those that represent themselves first.
    private static List<String> byteSymbols() {
        List<String> visible = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            if (isVisible(value)) {
                visible.add(Character.toString(value));
            }
        }
        int others = 256 - visible.size();
        for (int i = 0; i < others; i++) {
            visible.add(Character.toString(256 + i));
        }
        return visible;
    }

    private static boolean isVisible(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xac) || value >= 0xae;
    }
}
