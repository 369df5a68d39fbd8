package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.TextEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A text tower without weights: the vector of a text is set by the test, or derived from the text. It records the
/// texts that it encodes.
final class SpokenVectors implements TextEncoder {
    private final int dimension;
    private final Map<String, Embedding> told = new HashMap<>();
    private final List<List<String>> calls = new ArrayList<>();

    SpokenVectors(int dimension) {
        this.dimension = dimension;
    }

    SpokenVectors tell(String text, float... vector) {
        told.put(text, Embedding.normalize(vector));
        return this;
    }

    Embedding vector(String text) {
        return told.computeIfAbsent(text, unknown -> random(dimension, new Random(unknown.hashCode())));
    }

    static Embedding random(int dimension, Random random) {
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Embedding.normalize(values);
    }

    @Override
    public List<Embedding> encode(List<String> texts) {
        calls.add(texts);
        return texts.stream().map(this::vector).toList();
    }

    /// Returns whether a text has more than 77 characters.
    @Override
    public boolean cuts(String text) {
        return text.length() > 77;
    }

    List<List<String>> calls() {
        return calls;
    }
}
