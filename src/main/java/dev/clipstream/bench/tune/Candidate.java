package dev.clipstream.bench.tune;

import java.util.LinkedHashMap;
import java.util.Map;

/// Settings to try.
///
/// @param weights of the model, one of [dev.clipstream.clip.ModelOptions#PREFERENCE]
/// @param threads of the model on a CPU
/// @param batches in flight at once on a CPU
/// @param batch   most images of a batch
public record Candidate(String weights, int threads, int batches, int batch) {

    Candidate withBatch(int other) {
        return new Candidate(weights, threads, batches, other);
    }

    /// Returns a candidate with other threads, and as many batches.
    Candidate withThreads(int other) {
        return new Candidate(weights, other, other, batch);
    }

    /// Returns the settings by their full names.
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("clipstream.model.weights", weights);
        settings.put("clipstream.model.threads", Integer.toString(threads));
        settings.put("clipstream.model.batches", Integer.toString(batches));
        settings.put("clipstream.embedding.batch", Integer.toString(batch));
        return settings;
    }

    @Override
    public String toString() {
        return weights + ", " + threads + " threads, " + batches + " batches at once, batch " + batch;
    }
}
