package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.clip.TextEncodingException;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The text tower with its tokenizer.
///
/// Texts run in batches of similar length, each padded to its longest text. This is five to ten times faster than full
/// padding, and allowed only where it gives equal vectors. Texts of equal tokens run once and get equal
/// vectors. Holds no state of a run, so any number may run at the same time. Owns neither the session nor the
/// tokenizer.
final class OnnxTextEncoder implements TextEncoder {
    private static final int MAX_BATCH = 32;

    private final String device;
    private final OrtSession session;
    private final TextGraph graph;
    private final ClipTokenizer tokenizer;
    private final boolean padsFully;
    private final Map<String, OnnxTensor> placeholders;

    /// @param padsFully    whether every text is filled up to the tokenizer's length
    /// @param placeholders for the image side's inputs, if the graph requires them; owned by the model
    OnnxTextEncoder(
            String device,
            OrtSession session,
            TextGraph graph,
            ClipTokenizer tokenizer,
            boolean padsFully,
            Map<String, OnnxTensor> placeholders) {
        this.device = device;
        this.session = session;
        this.graph = graph;
        this.tokenizer = tokenizer;
        this.padsFully = padsFully;
        this.placeholders = placeholders;
    }

    @Override
    public List<Embedding> encode(List<String> texts) {
        List<LongBuffer> ids = texts.stream()
                .map(text -> LongBuffer.wrap(tokenizer.tokenize(text)))
                .toList();
        List<LongBuffer> byLength = ids.stream()
                .distinct()
                .sorted(Comparator.comparingInt(LongBuffer::remaining))
                .toList();
        Map<LongBuffer, Embedding> embeddings = new HashMap<>();
        int most = graph.batch() > 0 ? graph.batch() : MAX_BATCH;
        for (int from = 0; from < byLength.size(); from += most) {
            List<LongBuffer> batch = byLength.subList(from, Math.min(byLength.size(), from + most));
            float[][] vectors = run(batch.stream().map(LongBuffer::array).toList());
            for (int i = 0; i < vectors.length; i++) {
                LongBuffer tokens = batch.get(i);
                embeddings.put(tokens, unit(vectors[i], () -> texts.get(ids.indexOf(tokens))));
            }
        }
        return ids.stream()
                .map(text -> Objects.requireNonNull(embeddings.get(text)))
                .toList();
    }

    @Override
    public boolean cuts(String text) {
        return tokenizer.cuts(text);
    }

    private static Embedding unit(float[] vector, Supplier<String> text) {
        try {
            return Embedding.normalize(vector);
        } catch (IllegalArgumentException e) {
            throw new TextEncodingException(
                    "The text tower gave no direction for '" + text.get() + "'. " + e.getMessage(), e);
        }
    }

    /// @param batch sorted by length
    private float[][] run(List<long[]> batch) {
        int rows = graph.batch() > 0 ? graph.batch() : batch.size();
        int length = length(batch.getLast().length);
        List<float[]> vectors = new ArrayList<>();
        try (TextBatch inputs = TextBatch.of(graph, batch, rows, length, tokenizer.pad())) {
            Map<String, OnnxTensor> all = new HashMap<>(placeholders);
            all.putAll(inputs.tensors());
            try (OrtSession.Result result = session.run(all, Set.of(graph.output()))) {
                Optional<float[][]> found = Vectors.rows(result, graph.output(), rows);
                if (found.isEmpty()) {
                    throw new TextEncodingException(
                            "Expected a vector for each of " + rows + " texts in " + graph.output()
                                    + ", found another shape. Export the text tower with its projection",
                            null);
                }
                vectors.addAll(Arrays.asList(found.get()).subList(0, batch.size()));
            }
        } catch (OrtException e) {
            String text = "Expected a batch of " + rows + " texts to run on " + device + ", found: " + e.getMessage();
            if (DeviceFault.of(e) == DeviceFault.LOST) {
                throw new DeviceLostException(device, text, e);
            }
            throw new TextEncodingException(text, e);
        }
        return vectors.toArray(float[][]::new);
    }

    private int length(int longest) {
        if (graph.length() > 0) {
            return graph.length();
        }
        return padsFully ? tokenizer.length() : longest;
    }
}
