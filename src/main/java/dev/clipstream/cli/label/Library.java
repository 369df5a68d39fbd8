package dev.clipstream.cli.label;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What a media index says about media that nobody has judged.
///
/// Of a larger index, the oldest media are taken: uploads do not change them, so that a second run has the same result.
final class Library {
    private static final int MEDIA = 1000;

    private Library() {}

    /// Returns the index of a model.
    ///
    /// @throws IndexMissingException if the index does not exist
    static MediaIndex index(MediaIndexes indexes, ModelIdentity model) {
        return indexes.find(model)
                .orElseThrow(() -> new IndexMissingException("Expected the index " + IndexName.of(model)
                        + " of this model, found none. Give the --model that made the vectors (see clipstream index"
                        + " list)."));
    }

    /// Returns the vectors of up to 1,000 media.
    ///
    /// @param leftOut media ids that do not count
    static List<Embedding> sample(MediaIndex index, Predicate<String> leftOut) {
        return index.oldest(MediaFilter.ALL, 0, MEDIA).stream()
                .map(IndexedMedia::mediaId)
                .filter(leftOut.negate())
                .flatMap(mediaId -> index.vector(mediaId).stream())
                .toList();
    }

    /// Returns the unit mean of vectors; empty: no vector was given, or the vectors cancel out.
    static Optional<Embedding> mean(List<Embedding> vectors) {
        if (vectors.isEmpty()) {
            return Optional.empty();
        }
        double[] sums = new double[vectors.getFirst().dimension()];
        for (Embedding vector : vectors) {
            float[] values = vector.toArray();
            for (int d = 0; d < sums.length; d++) {
                sums[d] += values[d];
            }
        }
        float[] mean = new float[sums.length];
        boolean none = true;
        for (int d = 0; d < mean.length; d++) {
            mean[d] = (float) (sums[d] / vectors.size());
            none &= mean[d] == 0;
        }
        return none ? Optional.empty() : Optional.of(Embedding.normalize(mean));
    }
}
