package dev.clipstream.clip;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A bundle's tokenizer: its family, and its `tokenizer.json` with what the family decides set by us.
///
/// Files differ in padding, truncation and normalisation for one and the same model, so those parts of
/// the file are not believed: padding and cutting are ours; OpenAI's clean-up is complete before the
/// tokenizer, and Chinese-CLIP's is BERT's.
///
/// @param file   that was read
/// @param family which it is
/// @param json   for the tokenizer library
record TokenizerFile(Path file, TokenizerFamily family, String json) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Reads `tokenizer.json`, or `vocab.txt` of a WordPiece tokenizer.
    static TokenizerFile read(Path root, List<String> folders) throws ModelException {
        for (String folder : folders) {
            Path file = root.resolve(folder).resolve("tokenizer.json").normalize();
            if (Files.isRegularFile(file)) {
                JsonFile json = JsonFile.read(root, file);
                ObjectNode tree = (ObjectNode) json.tree();
                TokenizerFamily family = family(json);
                return new TokenizerFile(file, family, prepared(tree, family));
            }
        }
        for (String folder : folders) {
            Path file = root.resolve(folder).resolve("vocab.txt").normalize();
            if (Files.isRegularFile(file)) {
                ObjectNode tree = wordPieces(root, file);
                return new TokenizerFile(
                        file, TokenizerFamily.CHINESE_CLIP, prepared(tree, TokenizerFamily.CHINESE_CLIP));
            }
        }
        throw new ModelException(
                "a tokenizer.json (or the vocab.txt of a Chinese-CLIP) in " + root.getFileName(),
                "none in " + folders,
                "copy it from the model's page; vocab.json with merges.txt alone does not do");
    }

    private static TokenizerFamily family(JsonFile json) throws ModelException {
        JsonNode model = json.get("model");
        String type = model.path("type").asString("");
        JsonNode vocabulary = model.path("vocab");
        if (type.equals("WordPiece")) {
            return TokenizerFamily.CHINESE_CLIP;
        }
        if (type.equals("Unigram") && vocabulary.path(1).path(0).asString("").equals("</s>")) {
            return TokenizerFamily.SIGLIP;
        }
        if (vocabulary.has("<|startoftext|>") || hasAdded(json, "<|startoftext|>")) {
            return TokenizerFamily.OPENAI;
        }
        if (type.equals("BPE")
                && vocabulary.path("<pad>").asInt(-1) == 0
                && vocabulary.path("<eos>").asInt(-1) == 1) {
            return TokenizerFamily.SIGLIP2;
        }
        throw new ModelException(
                "the tokenizer of a CLIP, Chinese-CLIP, SigLIP or SigLIP 2 in " + json.name(),
                "another of type " + type + " with " + vocabulary.size() + " tokens",
                "take a model of one of these families");
    }

    private static boolean hasAdded(JsonFile json, String content) {
        for (JsonNode token : json.get("added_tokens")) {
            if (token.path("content").asString("").equals(content)) {
                return true;
            }
        }
        return false;
    }

    private static String prepared(ObjectNode tree, TokenizerFamily family) {
        tree.putNull("truncation");
        tree.putNull("padding");
        switch (family) {
            case OPENAI -> tree.putNull("normalizer");
            case CHINESE_CLIP ->
                tree.putObject("normalizer")
                        .put("type", "BertNormalizer")
                        .put("clean_text", true)
                        .put("handle_chinese_chars", true)
                        .put("strip_accents", true)
                        .put("lowercase", true);
            case SIGLIP, SIGLIP2 -> {
                // the file's own: SentencePiece's normalisation belongs to the vocabulary
            }
        }
        return JSON.writeValueAsString(tree);
    }

    /// BERT's tokenizer over a vocabulary with one token a line.
    private static ObjectNode wordPieces(Path root, Path file) throws ModelException {
        List<String> tokens;
        try {
            tokens = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ModelException("UTF-8 text in " + root.relativize(file), e.toString(), "copy the file again", e);
        }
        ObjectNode tree = JSON.createObjectNode().put("version", "1.0");
        ArrayNode added = tree.putArray("added_tokens");
        for (String special : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
            int id = tokens.indexOf(special);
            if (id < 0) {
                throw new ModelException(
                        special + " in " + root.relativize(file), "none", "copy the vocab.txt of a Chinese-CLIP");
            }
            added.addObject()
                    .put("id", id)
                    .put("content", special)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        tree.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ObjectNode ends = tree.putObject("post_processor").put("type", "BertProcessing");
        ends.putArray("sep").add("[SEP]").add(tokens.indexOf("[SEP]"));
        ends.putArray("cls").add("[CLS]").add(tokens.indexOf("[CLS]"));
        ObjectNode model = tree.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", "[UNK]")
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        return tree;
    }
}
