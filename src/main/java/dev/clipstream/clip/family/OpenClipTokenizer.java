package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.text.TextCleanUp;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What OpenCLIP's configuration says about the tokenizer in `text_cfg.tokenizer_kwargs`.
final class OpenClipTokenizer {
    private static final Set<String> KEYS = Set.of("clean", "strip_sep_token");

    private OpenClipTokenizer() {}

    /// Returns the clean-up that `clean` names.
    ///
    /// @param usual applies where it is missing
    /// @throws ModelException if the configuration asks for something unknown
    static Decided<TextCleanUp> cleanUp(BundleEvidence evidence, Decided<TextCleanUp> usual) throws ModelException {
        JsonNode options = options(evidence);
        for (String key : options.propertyNames()) {
            if (!KEYS.contains(key) && !options.path(key).isNull()) {
                throw new ModelException(
                        "clean or strip_sep_token in text_cfg.tokenizer_kwargs of "
                                + evidence.config().name(),
                        "'" + key + "'",
                        "take another model, since this option changes token ids");
            }
        }
        String name = options.path("clean").asString("");
        String source = evidence.config().name();
        return switch (name) {
            case "" -> usual;
            case "lower" -> new Decided<>(TextCleanUp.LOWER, source);
            case "whitespace" -> new Decided<>(TextCleanUp.WHITESPACE, source);
            case "canonicalize" -> new Decided<>(TextCleanUp.CANONICALIZE, source);
            default ->
                throw new ModelException(
                        "canonicalize, lower or whitespace as text_cfg.tokenizer_kwargs.clean in " + source,
                        "'" + name + "'",
                        "correct it");
        };
    }

    /// Returns whether `strip_sep_token` is set: the end token becomes 0.
    static boolean stripsSeparator(BundleEvidence evidence) {
        return options(evidence).path("strip_sep_token").asBoolean(false);
    }

    private static JsonNode options(BundleEvidence evidence) {
        return evidence.config().textTower().path("tokenizer_kwargs");
    }
}
