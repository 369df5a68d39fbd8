package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A bundle's tokenizer as its files have it.
///
/// @param file that was read
/// @param name its path inside the bundle
/// @param json content of `tokenizer.json`, or the same made of `vocab.txt`; not to be changed
public record TokenizerFile(Path file, String name, ObjectNode json) {

    /// Reads `tokenizer.json`, or `vocab.txt` of a WordPiece tokenizer.
    ///
    /// @param folders inside the bundle, in the order in which they are searched
    public static TokenizerFile read(Path root, List<String> folders) throws ModelException {
        for (String folder : folders) {
            Path file = root.resolve(folder).resolve("tokenizer.json").normalize();
            if (Files.isRegularFile(file)) {
                JsonFile json = JsonFile.read(root, file);
                return new TokenizerFile(file, json.name(), (ObjectNode) json.tree());
            }
        }
        for (String folder : folders) {
            Path file = root.resolve(folder).resolve("vocab.txt").normalize();
            if (Files.isRegularFile(file)) {
                return new TokenizerFile(file, root.relativize(file).toString(), wordPieces(root, file));
            }
        }
        throw new ModelException(
                "a tokenizer.json (or the vocab.txt of a Chinese-CLIP) in " + root.getFileName(),
                "none in " + folders,
                "copy it from the model's page; vocab.json with merges.txt is not enough");
    }

    /// Builds BERT's tokenizer from a vocabulary with one token per line.
    private static ObjectNode wordPieces(Path root, Path file) throws ModelException {
        List<String> tokens;
        try {
            String name = root.relativize(file).toString();
            tokens = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(BundleBytes.read(file, name)))
                    .toString()
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new ModelException("UTF-8 text in " + root.relativize(file), e.toString(), "copy the file again", e);
        }
        ObjectNode tree = JsonMapper.shared().createObjectNode().put("version", "1.0");
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
