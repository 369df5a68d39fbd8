package dev.clipstream.clip.opening;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.Decided;
import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.clip.bundle.TokenizerFile;
import dev.clipstream.clip.family.BundleEvidence;
import dev.clipstream.clip.family.ModelFamily;
import dev.clipstream.clip.onnx.OnnxTowers;
import dev.clipstream.clip.onnx.TextGraph;
import dev.clipstream.clip.text.Padding;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import java.util.List;
import java.util.Set;

/// Decides length and padding of texts, on which the text graph has a say.
final class TextChoice {
    private static final int LONGEST = 8192;
    private static final Set<String> EIGHT_BIT = Set.of("int8", "uint8", "quantized");
    private static final List<String> TEXTS =
            List.of("a photo of a cat", "two dogs beside a red house, and a tree behind it", "snow");

    private final TextGraph graph;
    private final String graphName;
    private final String weights;

    /// @param graphName name of the text graph's file
    /// @param weights   one of [dev.clipstream.clip.ModelOptions#PREFERENCE]
    TextChoice(TextGraph graph, String graphName, String weights) {
        this.graph = graph;
        this.graphName = graphName;
        this.weights = weights;
    }

    /// Returns the family's rules with the graph's own length if it has one, and without a question of padding where
    /// the graph's inputs answer it.
    TextRules rules(ModelFamily family, BundleEvidence evidence) throws ModelException {
        TextRules rules = atMostLongest(family.texts(evidence));
        if (graph.length() > 0) {
            requireConfiguredLength(rules, evidence);
            rules = rules.withLength(new Decided<>(graph.length(), graphName))
                    .withPadding(new Decided<>(Padding.FULL, graphName + " (fixed length)"));
        }
        Decided<Integer> length = rules.length();
        if (length.value() < 2 || length.value() > LONGEST) {
            throw new ModelException(
                    "a text length of 2 to " + LONGEST + " tokens",
                    length.value() + " in " + length.source(),
                    "correct it");
        }
        return open(rules) && graph.mask().isPresent()
                ? rules.withPadding(new Decided<>(Padding.LONGEST, graphName + " (attention mask)"))
                : rules;
    }

    /// Some files give the rows of the position table, which are more than Clipstream takes.
    private static TextRules atMostLongest(TextRules rules) {
        Decided<Integer> length = rules.length();
        return length.value() <= LONGEST
                ? rules
                : rules.withLength(new Decided<>(LONGEST, "limit of Clipstream for " + length.source()));
    }

    /// OpenCLIP exports a text tower for texts of its configured length.
    private void requireConfiguredLength(TextRules rules, BundleEvidence evidence) throws ModelException {
        boolean configured = evidence.config().openClip()
                && rules.length().source().equals(evidence.config().name());
        if (configured && rules.length().value() != graph.length()) {
            throw new ModelException(
                    "texts of " + rules.length().value() + " tokens, which context_length in "
                            + rules.length().source() + " names",
                    graph.length() + " in " + graphName,
                    "copy graph and configuration of one model");
        }
    }

    /// Returns the rules with the padding proven: texts run at their own length and at the full length. Equal vectors
    /// allow the shorter one; otherwise padding is part of the model. 8-bit weights prove nothing: their activations
    /// are quantized over the whole text, padding included, which moves vectors as far as a missing mask may do.
    TextRules provenPadding(TextRules rules, OnnxTowers towers, ClipTokenizer tokenizer, Preprocessing preprocessing)
            throws ModelException {
        if (!open(rules)) {
            return rules;
        }
        if (EIGHT_BIT.contains(weights)) {
            return rules.withPadding(new Decided<>(Padding.FULL, weights + " weights prove no shorter one"));
        }
        TextEncoder asLong = towers.trial(tokenizer, preprocessing, false);
        TextEncoder full = towers.trial(tokenizer, preprocessing, true);
        double least = 1;
        for (String text : TEXTS) {
            least = Math.min(least, encode(asLong, text).cosine(encode(full, text)));
        }
        boolean equal = least >= tolerance();
        return rules.withPadding(new Decided<>(
                equal ? Padding.LONGEST : Padding.FULL,
                equal ? "proven at opening" : "proven at opening: cosine " + (float) least + " without it"));
    }

    /// Runs a text with the largest token that the tokenizer can give.
    ///
    /// @throws ModelException if the graph has no row for it: the tokenizer is then another model's
    void requireTokens(TokenizerFile file, OnnxTowers towers, ClipTokenizer tokenizer, Preprocessing preprocessing)
            throws ModelException {
        long largest = file.largestToken();
        TextEncoder encoder = towers.trial(new WithToken(tokenizer, largest), preprocessing, false);
        try {
            encoder.encode(List.of(TEXTS.getFirst()));
        } catch (TextEncodingException | DeviceLostException e) {
            throw new ModelException(
                    "a row for each token of " + file.name() + " in the embedding table of " + graphName,
                    "that token " + largest + " does not run: " + e.getMessage(),
                    "copy tokenizer and text graph of one model",
                    e);
        }
    }

    /// A tokenizer that gives one token of a text as another.
    private record WithToken(ClipTokenizer whole, long token) implements ClipTokenizer {
        @Override
        public long[] tokenize(String text) {
            long[] ids = whole.tokenize(text).clone();
            ids[Math.max(0, ids.length - 2)] = token;
            return ids;
        }

        @Override
        public String kind() {
            return whole.kind();
        }

        @Override
        public int length() {
            return whole.length();
        }

        @Override
        public long pad() {
            return whole.pad();
        }

        @Override
        public boolean cuts(String text) {
            return whole.cuts(text);
        }

        @Override
        public void close() {
            // the tokenizer belongs to the model
        }
    }

    private static boolean open(TextRules rules) {
        return rules.padding().value() == Padding.FULL_UNLESS_PROVEN;
    }

    private double tolerance() {
        return weights.equals("fp32") ? 0.99999 : 0.9999;
    }

    private static Embedding encode(TextEncoder encoder, String text) throws ModelException {
        try {
            return encoder.encode(List.of(text)).getFirst();
        } catch (TextEncodingException | DeviceLostException e) {
            throw new ModelException(
                    "a vector for a text of any length",
                    String.valueOf(e.getMessage()),
                    "export the text tower again, or copy the tokenizer of the same model",
                    e);
        }
    }
}
