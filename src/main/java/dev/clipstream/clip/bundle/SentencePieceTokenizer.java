package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.bundle.SentencePieceFile.Piece;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a `tokenizer.json` of a SentencePiece model, and completes one that lost its normalization.
final class SentencePieceTokenizer {
    /// XLM-R's ids: four special tokens first, then the model's pieces from the fourth on, then the mask.
    private static final List<String> XLM_R_SPECIALS = List.of("<s>", "<pad>", "</s>", "<unk>");

    private SentencePieceTokenizer() {}

    /// Returns whether a `tokenizer.json` of unigrams lacks the normalization that belongs to its vocabulary.
    static boolean lacksNormalization(JsonNode json) {
        return json.path("model").path("type").asString("").equals("Unigram")
                && !json.path("normalizer").findValuesAsString("type").contains("Precompiled");
    }

    /// Adds SentencePiece's normalization behind the steps that the file has.
    static void addNormalization(ObjectNode json, String charsMap) {
        JsonNode present = json.path("normalizer");
        ArrayNode steps = JsonMapper.shared().createArrayNode();
        if (present.isObject()) {
            steps.add(present.deepCopy());
        }
        normalization(steps, charsMap);
        json.putObject("normalizer").put("type", "Sequence").set("normalizers", steps);
    }

    private static void normalization(ArrayNode steps, String charsMap) {
        if (!charsMap.isEmpty()) {
            steps.addObject().put("type", "Precompiled").put("precompiled_charsmap", charsMap);
        }
        steps.addObject().put("type", "Strip").put("strip_left", false).put("strip_right", true);
        ObjectNode runs = steps.addObject().put("type", "Replace");
        runs.putObject("pattern").put("Regex", " {2,}");
        runs.put("content", "▁");
    }

    /// Makes the tokenizer of SigLIP's and T5's kind, whose ids are the model's own: the text, then `</s>`.
    static ObjectNode ownIds(SentencePieceFile file) throws ModelException {
        ObjectNode json = tokenizer(file, file.unknown());
        ArrayNode vocabulary = (ArrayNode) json.path("model").path("vocab");
        int end = -1;
        for (int id = 0; id < file.pieces().size(); id++) {
            Piece piece = file.pieces().get(id);
            add(vocabulary, piece.text(), piece.score());
            end = piece.text().equals("</s>") ? id : end;
        }
        if (end < 0) {
            throw new ModelException(
                    "the piece </s> in " + file.name(), "none", "copy the tokenizer.json of the model");
        }
        ArrayNode added = json.putArray("added_tokens");
        added(added, end, "</s>");
        added(added, file.unknown(), file.pieces().get(file.unknown()).text());
        template(json, List.of(), end, 0);
        return json;
    }

    /// Makes XLM-R's tokenizer: `<s>`, the text, `</s>`.
    static ObjectNode xlmRoberta(SentencePieceFile file) throws ModelException {
        int specials = XLM_R_SPECIALS.size();
        ObjectNode json = tokenizer(file, specials - 1);
        ArrayNode vocabulary = (ArrayNode) json.path("model").path("vocab");
        ArrayNode added = json.putArray("added_tokens");
        for (int id = 0; id < specials; id++) {
            add(vocabulary, XLM_R_SPECIALS.get(id), 0);
            added(added, id, XLM_R_SPECIALS.get(id));
        }
        for (Piece piece : file.pieces()
                .subList(Math.min(3, file.pieces().size()), file.pieces().size())) {
            add(vocabulary, piece.text(), piece.score());
        }
        added(added, vocabulary.size(), "<mask>");
        add(vocabulary, "<mask>", 0);
        template(json, List.of("<s>"), 2, 0);
        return json;
    }

    private static ObjectNode tokenizer(SentencePieceFile file, int unknown) throws ModelException {
        if (!file.unigram()) {
            throw new ModelException(
                    "a SentencePiece model of unigrams in " + file.name(),
                    "one of another algorithm",
                    "copy the tokenizer.json of the model beside it");
        }
        ObjectNode json = JsonMapper.shared().createObjectNode().put("version", "1.0");
        ArrayNode steps = json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalization(steps, file.charsMap());
        json.putObject("pre_tokenizer")
                .put("type", "Metaspace")
                .put("replacement", "▁")
                .put("prepend_scheme", file.dummyPrefix() ? "always" : "never")
                .put("split", true);
        json.putObject("model")
                .put("type", "Unigram")
                .put("unk_id", unknown)
                .put("byte_fallback", false)
                .putArray("vocab");
        return json;
    }

    private static void add(ArrayNode vocabulary, String piece, float score) {
        vocabulary.addArray().add(piece).add(score);
    }

    private static void added(ArrayNode tokens, int id, String content) {
        TokenizerFile.added(tokens, id, content);
    }

    private static void template(ObjectNode json, List<String> starts, int end, int start) {
        ObjectNode processor = json.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        ArrayNode pair = processor.putArray("pair");
        ObjectNode specials = processor.putObject("special_tokens");
        for (String token : starts) {
            special(single, token);
            special(pair, token);
            describe(specials, token, start);
        }
        sequence(single, "A");
        special(single, "</s>");
        sequence(pair, "A");
        special(pair, "</s>");
        sequence(pair, "B");
        special(pair, "</s>");
        describe(specials, "</s>", end);
    }

    private static void sequence(ArrayNode parts, String id) {
        parts.addObject().putObject("Sequence").put("id", id).put("type_id", 0);
    }

    private static void special(ArrayNode parts, String token) {
        parts.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
    }

    private static void describe(ObjectNode specials, String token, int id) {
        ObjectNode described = specials.putObject(token).put("id", token);
        described.putArray("ids").add(id);
        described.putArray("tokens").add(token);
    }
}
