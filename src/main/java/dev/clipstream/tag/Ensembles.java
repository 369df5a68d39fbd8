package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncoder;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Encodes ensembles of prompts into class vectors.
final class Ensembles {
    private Ensembles() {}

    /// Returns the class vector of each list of prompts: the normalised mean of their unit vectors. Encodes each
    /// text once, all in one call.
    static Map<List<String>, Embedding> encode(
            Collection<List<String>> ensembles, TextEncoder encoder, ModelIdentity model) {
        List<String> texts = List.copyOf(
                new LinkedHashSet<>(ensembles.stream().flatMap(List::stream).toList()));
        List<Embedding> encoded = encoder.encode(texts);
        if (encoded.size() != texts.size()) {
            throw new IllegalArgumentException("Expected one vector for each of " + texts.size() + " prompts, found "
                    + encoded.size() + ". Check the text encoder.");
        }
        Map<String, Embedding> byText = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            Embedding vector = encoded.get(i);
            if (vector.dimension() != model.dimension()) {
                throw new IllegalArgumentException("Expected text vectors of dimension " + model.dimension()
                        + " of the model '" + model.id() + "', found " + vector.dimension()
                        + ". Use the text and the image tower of one model.");
            }
            byText.put(texts.get(i), vector);
        }
        Map<List<String>, Embedding> vectors = new HashMap<>();
        for (List<String> ensemble : ensembles) {
            vectors.put(
                    ensemble,
                    mean(ensemble.stream()
                            .map(text -> Objects.requireNonNull(byText.get(text)))
                            .toList()));
        }
        return vectors;
    }

    /// Returns the normalised mean of unit vectors.
    static Embedding mean(List<Embedding> vectors) {
        if (vectors.size() == 1) {
            return vectors.getFirst();
        }
        double[] sums = new double[vectors.getFirst().dimension()];
        for (Embedding vector : vectors) {
            float[] values = vector.toArray();
            for (int d = 0; d < sums.length; d++) {
                sums[d] += values[d];
            }
        }
        float[] mean = new float[sums.length];
        for (int d = 0; d < mean.length; d++) {
            mean[d] = (float) (sums[d] / vectors.size());
        }
        return Embedding.normalize(mean);
    }
}
