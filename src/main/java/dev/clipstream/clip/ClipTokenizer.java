package dev.clipstream.clip;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.clipstream.clip.text.OpenAiPieces;
import dev.clipstream.clip.text.WellFormed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// A text's token ids, equal to those of the family's own tokenizer.
///
/// Immutable, safe for use by many threads. Owns native memory until closed.
public final class ClipTokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final TokenizerFamily family;
    private final int length;
    private final long[] ends;

    private ClipTokenizer(HuggingFaceTokenizer tokenizer, TokenizerFamily family, int length) {
        this.tokenizer = tokenizer;
        this.family = family;
        this.length = length;
        this.ends = tokenizer.encode("").getIds();
    }

    /// Opens the tokenizer of a bundle that has no towers yet, with its family's usual length.
    ///
    /// @param folder that holds a `tokenizer.json`
    /// @throws ModelException if it holds none of a known family
    public static ClipTokenizer open(Path folder) throws ModelException {
        TokenizerFile file = TokenizerFile.read(folder, List.of(""));
        return open(file, file.family().length());
    }

    /// @param length most tokens of a text, at least 2
    static ClipTokenizer open(TokenizerFile file, int length) throws ModelException {
        keepToOurselves();
        try {
            byte[] json = file.json().getBytes(StandardCharsets.UTF_8);
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json), Map.of("truncation", "false", "padding", "false"));
            return new ClipTokenizer(tokenizer, file.family(), length);
        } catch (IOException | RuntimeException e) {
            throw new ModelException(
                    "a tokenizer in " + file.file().getFileName(),
                    String.valueOf(e.getMessage()),
                    "copy the tokenizer.json of the same model again",
                    e);
        }
    }

    /// The tokenizer library reports its use to its maker where it finds itself on Amazon's machines;
    /// this property, read at every opening, forbids it.
    private static void keepToOurselves() {
        if (System.getProperty("OPT_OUT_TRACKING") == null) {
            System.setProperty("OPT_OUT_TRACKING", "true");
        }
    }

    /// Which kind it is.
    public TokenizerFamily family() {
        return family;
    }

    /// Most tokens of a text, start and end token included.
    public int length() {
        return length;
    }

    /// The ids of a text with start and end token, without padding.
    ///
    /// @param text of any length; cut at [#length()] tokens so that the end token stays last
    public long[] tokenize(String text) {
        String clean = WellFormed.of(family.clean(WellFormed.of(text)));
        long[] ids = family == TokenizerFamily.OPENAI && OpenAiPieces.namesSpecialToken(clean)
                ? inPieces(clean)
                : tokenizer.encode(clean).getIds();
        if (ids.length <= length) {
            return ids;
        }
        long[] cut = Arrays.copyOf(ids, length);
        if (ends.length > 0) {
            cut[length - 1] = ends[ends.length - 1];
        }
        return cut;
    }

    /// OpenAI's pieces one by one, since their pattern does not always see a special token
    /// where its name stands.
    private long[] inPieces(String clean) {
        List<String> pieces = OpenAiPieces.of(clean);
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
