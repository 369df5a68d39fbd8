package dev.clipstream.clip.bundle;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// What stands beside a tokenizer: `tokenizer_config.json` and `special_tokens_map.json`.
///
/// @param files those that exist, in this order
public record TokenizerSettings(List<JsonFile> files) {
    /// Larger values are how transformers writes "no limit".
    private static final double LONGEST = 1e6;

    /// The settings of a folder without such files.
    public static final TokenizerSettings NONE = new TokenizerSettings(List.of());

    public TokenizerSettings {
        files = List.copyOf(files);
    }

    /// Reads the files of a folder.
    ///
    /// @param folder inside the bundle, where the tokenizer is
    public static TokenizerSettings read(Path root, Path folder) throws ModelException {
        List<JsonFile> files = new ArrayList<>();
        for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
            String path = root.relativize(folder.resolve(name)).toString();
            JsonFile.readIfPresent(root, path).ifPresent(files::add);
        }
        return new TokenizerSettings(files);
    }

    /// Returns the padding token's text as each file has it.
    public List<Decided<String>> padTokens() {
        List<Decided<String>> tokens = new ArrayList<>();
        for (JsonFile file : files) {
            JsonNode pad = file.get("pad_token");
            String text = pad.isObject() ? pad.path("content").asString("") : pad.asString("");
            if (!text.isEmpty()) {
                tokens.add(new Decided<>(text, file.name()));
            }
        }
        return tokens;
    }

    /// Returns the most tokens of a text, `model_max_length`; empty if no file limits them.
    public Optional<Decided<Integer>> length() {
        for (JsonFile file : files) {
            JsonNode length = file.get("model_max_length");
            if (length.isNumber() && length.doubleValue() < LONGEST) {
                return Optional.of(new Decided<>(length.intValue(), file.name()));
            }
        }
        return Optional.empty();
    }

    /// Returns the normalizer of BERT's tokenizer as its settings have it; empty if they do not say whether it
    /// lower-cases.
    public Optional<ObjectNode> bertNormalizer() {
        for (JsonFile file : files) {
            JsonNode lowerCase = file.get("do_lower_case");
            if (lowerCase.isBoolean()) {
                ObjectNode normalizer = JsonMapper.shared()
                        .createObjectNode()
                        .put("type", "BertNormalizer")
                        .put("clean_text", true)
                        .put(
                                "handle_chinese_chars",
                                file.get("tokenize_chinese_chars").asBoolean(true))
                        .put("lowercase", lowerCase.booleanValue());
                JsonNode stripAccents = file.get("strip_accents");
                // null lets the normalizer strip accents where it lower-cases
                normalizer.set("strip_accents", stripAccents.isBoolean() ? stripAccents : NullNode.getInstance());
                return Optional.of(normalizer);
            }
        }
        return Optional.empty();
    }

    /// Returns the class that read the files, like `SiglipTokenizer`; empty if they do not say.
    public String tokenizerClass() {
        for (JsonFile file : files) {
            String name = file.get("tokenizer_class").asString("");
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "";
    }
}
