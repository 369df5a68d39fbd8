package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A bundle's tokenizer as its files have it.
///
/// @param file          that was read
/// @param name          its path inside the bundle
/// @param json          content of `tokenizer.json`, or the same made of `vocab.txt` or of a SentencePiece model; not
///                      to be changed
/// @param settings      the files beside it
/// @param normalization the SentencePiece model whose normalization completes `tokenizer.json`; empty if it is
///                      complete, or nothing completes it
public record TokenizerFile(
        Path file, String name, ObjectNode json, TokenizerSettings settings, Optional<Path> normalization) {

    private static final Pattern NAME_IN_BRACKETS = Pattern.compile("▁?(<.+>|\\[.+])");

    /// SentencePiece models as published, with their kinds of ids.
    private static final List<String> SENTENCE_PIECES =
            List.of("spiece.model", "sentencepiece.bpe.model", "tokenizer.model");

    /// Reads `tokenizer.json`; without it, `vocab.txt` of a WordPiece tokenizer, or a SentencePiece model.
    ///
    /// @param folders inside the bundle, in the order in which they are searched
    public static TokenizerFile read(Path root, List<String> folders) throws ModelException {
        Optional<Path> whole = first(root, folders, "tokenizer.json");
        if (whole.isPresent()) {
            return whole(root, whole.get());
        }
        Optional<Path> vocabulary = first(root, folders, "vocab.txt");
        if (vocabulary.isPresent()) {
            Path file = vocabulary.get();
            TokenizerSettings settings = settings(root, file);
            ObjectNode json = wordPieces(root, file);
            settings.bertNormalizer().ifPresent(normalizer -> json.set("normalizer", normalizer));
            return new TokenizerFile(file, name(root, file), json, settings, Optional.empty());
        }
        for (String model : SENTENCE_PIECES) {
            Optional<Path> pieces = first(root, folders, model);
            if (pieces.isPresent()) {
                return sentencePieces(root, pieces.get());
            }
        }
        throw new ModelException(
                "a tokenizer.json (or vocab.txt, or spiece.model) in " + root.getFileName(),
                "none in " + folders,
                "copy it from the model's page; vocab.json with merges.txt is not enough");
    }

    /// Returns the largest id that a text can get. Names in brackets, like `<extra_id_0>`, are not counted: some
    /// vocabularies end with such names, for which the model has no row, and which no text gets.
    public long largestToken() {
        JsonNode vocabulary = json.path("model").path("vocab");
        long largest = 0;
        if (vocabulary.isArray()) {
            for (int id = 0; id < vocabulary.size(); id++) {
                largest = inText(vocabulary.path(id).path(0).asString("")) ? id : largest;
            }
            return largest;
        }
        for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
            if (inText(token.getKey())) {
                largest = Math.max(largest, token.getValue().asLong(0));
            }
        }
        return largest;
    }

    private static boolean inText(String token) {
        return !NAME_IN_BRACKETS.matcher(token).matches();
    }

    /// Returns whether the file says itself how texts are normalized; a `vocab.txt` does not.
    public boolean hasNormalizer() {
        return json.path("normalizer").isObject();
    }

    private static Optional<Path> first(Path root, List<String> folders, String name) {
        return folders.stream()
                .map(folder -> root.resolve(folder).resolve(name).normalize())
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString();
    }

    private static TokenizerSettings settings(Path root, Path file) throws ModelException {
        return TokenizerSettings.read(root, file.resolveSibling("").normalize());
    }

    private static TokenizerFile whole(Path root, Path file) throws ModelException {
        ObjectNode json = (ObjectNode) JsonFile.read(root, file).tree();
        Optional<Path> normalization = Optional.empty();
        Path pieces = file.resolveSibling("spiece.model");
        if (SentencePieceTokenizer.lacksNormalization(json) && Files.isRegularFile(pieces)) {
            String charsMap = SentencePieceFile.read(root, pieces).charsMap();
            if (!charsMap.isEmpty()) {
                SentencePieceTokenizer.addNormalization(json, charsMap);
                normalization = Optional.of(pieces);
            }
        }
        return new TokenizerFile(file, name(root, file), json, settings(root, file), normalization);
    }

    private static TokenizerFile sentencePieces(Path root, Path file) throws ModelException {
        TokenizerSettings settings = settings(root, file);
        SentencePieceFile pieces = SentencePieceFile.read(root, file);
        String reader = settings.tokenizerClass().replace("Fast", "");
        boolean ownIds = List.of("SiglipTokenizer", "T5Tokenizer").contains(reader)
                || (reader.isEmpty() && file.endsWith("spiece.model"));
        if (!ownIds && !reader.equals("XLMRobertaTokenizer")) {
            throw new ModelException(
                    "a tokenizer.json beside " + pieces.name(),
                    reader.isEmpty()
                            ? "none, and no tokenizer_config.json that names its reader"
                            : "none, for " + reader,
                    "make it with Python: transformers.AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)");
        }
        ObjectNode json = ownIds ? SentencePieceTokenizer.ownIds(pieces) : SentencePieceTokenizer.xlmRoberta(pieces);
        return new TokenizerFile(file, pieces.name(), json, settings, Optional.empty());
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
            added(added, id, special);
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

    static void added(ArrayNode tokens, int id, String content) {
        tokens.addObject()
                .put("id", id)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }
}
