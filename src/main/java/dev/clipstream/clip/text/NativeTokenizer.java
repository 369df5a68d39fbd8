package dev.clipstream.clip.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.ModelException;
import dev.clipstream.natives.NativeFolder;
import dev.clipstream.natives.NativeFolderException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Runs a `tokenizer.json` in Hugging Face's native library, by the rules of a model.
///
/// Files of one model differ in padding and truncation, so these parts of a file are not used: padding and cutting
/// happen here, and the rules decide about the normalizer. Immutable and safe for use by many threads.
public final class NativeTokenizer implements ClipTokenizer {
    private static final String FOLDER = "ENGINE_CACHE_DIR";

    /// Room for the unpacked library, of which it takes most.
    private static final long LIBRARY_BYTES = 20L << 20;

    private final HuggingFaceTokenizer tokenizer;
    private final TextRules rules;
    private final Optional<SentencePieceFolding> folding;
    private final int length;
    private final long[] ends;

    private NativeTokenizer(HuggingFaceTokenizer tokenizer, TextRules rules, Optional<SentencePieceFolding> folding) {
        this.tokenizer = tokenizer;
        this.rules = rules;
        this.folding = folding;
        this.length = rules.length().value();
        this.ends = tokenizer.encode("").getIds();
    }

    /// Opens a tokenizer.
    ///
    /// @param file  the file's name in messages
    /// @param json  content of a `tokenizer.json`; copied
    /// @param rules of the model
    /// @throws ModelException if the library does not accept the file
    public static NativeTokenizer open(String file, ObjectNode json, TextRules rules) throws ModelException {
        forbidUsageReports();
        chooseFolder();
        ObjectNode adjusted = json.deepCopy();
        adjusted.putNull("truncation");
        adjusted.putNull("padding");
        rules.normalization().value().apply(adjusted);
        try {
            Optional<SentencePieceFolding> folding = rules.normalization().value() == Normalization.SENTENCE_PIECE
                    ? Optional.of(SentencePieceFolding.of(json))
                    : Optional.empty();
            byte[] bytes = JsonMapper.shared().writeValueAsString(adjusted).getBytes(StandardCharsets.UTF_8);
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(bytes), Map.of("truncation", "false", "padding", "false"));
            return new NativeTokenizer(tokenizer, rules, folding);
        } catch (IOException | RuntimeException e) {
            throw new ModelException(
                    "a tokenizer in " + file,
                    String.valueOf(e.getMessage()),
                    "copy the tokenizer.json of the same model again",
                    e);
        } catch (LinkageError e) {
            throw new ModelException(
                    "to load the native library of tokenizers",
                    String.valueOf(e.getMessage()),
                    "check the folder of native libraries and its room",
                    e);
        }
    }

    /// The library is unpacked into a folder that this property names.
    private static void chooseFolder() throws ModelException {
        if (System.getProperty(FOLDER) == null && System.getenv(FOLDER) == null) {
            try {
                System.setProperty(
                        FOLDER, NativeFolder.of("tokenizers", LIBRARY_BYTES).toString());
            } catch (NativeFolderException e) {
                throw new ModelException(e.expected(), e.found(), e.remedy());
            }
        }
    }

    /// The library reports its use to its maker on Amazon's machines. This property, read at every opening, forbids
    /// it.
    private static void forbidUsageReports() {
        if (System.getProperty("OPT_OUT_TRACKING") == null) {
            System.setProperty("OPT_OUT_TRACKING", "true");
        }
    }

    @Override
    public String kind() {
        return rules.kind();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long pad() {
        return rules.pad().value();
    }

    @Override
    public boolean cuts(String text) {
        // an ASCII character makes at most one token, and the start of the text another one
        boolean surelyFits =
                text.length() + 1 + ends.length <= length && text.chars().allMatch(c -> c < 0x80);
        return !surelyFits && whole(text).length > length;
    }

    @Override
    public long[] tokenize(String text) {
        long[] ids = whole(text);
        if (ids.length > length) {
            ids = Arrays.copyOf(ids, length);
            if (ends.length > 0) {
                ids[length - 1] = ends[ends.length - 1];
            }
        }
        return rules.endsWithPad() ? withoutEnd(ids) : ids;
    }

    /// Replaces every end token by 0, and leaves out those at the end, which padding restores.
    private long[] withoutEnd(long[] ids) {
        long end = ends[ends.length - 1];
        long[] replaced = Arrays.stream(ids).map(id -> id == end ? 0 : id).toArray();
        int used = replaced.length;
        while (used > 0 && replaced[used - 1] == 0) {
            used--;
        }
        return Arrays.copyOf(replaced, used);
    }

    private long[] whole(String text) {
        String cleaned = WellFormed.of(rules.cleanUp().value().clean(WellFormed.of(text)));
        String clean = folding.map(own -> own.fold(cleaned)).orElse(cleaned);
        return rules.openAiPieces() && OpenAiPieces.namesSpecialToken(clean)
                ? inPieces(OpenAiPieces.of(clean))
                : tokenizer.encode(clean).getIds();
    }

    private long[] inPieces(List<String> pieces) {
        LongStream ids = pieces.stream()
                .flatMapToLong(piece ->
                        Arrays.stream(tokenizer.encode(piece, false, false).getIds()));
        LongStream start = Arrays.stream(ends, 0, 1);
        LongStream end = Arrays.stream(ends, ends.length - 1, ends.length);
        return LongStream.concat(start, LongStream.concat(ids, end)).toArray();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
