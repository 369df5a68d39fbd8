package dev.clipstream.train.export;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.image.RgbImage;
import dev.clipstream.train.data.Pair;
import java.nio.file.Path;
import java.util.List;

/// Runs a written bundle like the service does, and compares its embeddings with the training engine's.
final class ExportProof {
    /// Maximum difference of two elements of unit vectors.
    private static final double TOLERANCE = 1e-4;

    private ExportProof() {}

    /// Verifies a bundle.
    ///
    /// @return the largest difference
    /// @throws ExportException if it is too large, or the bundle does not open
    static double compare(Path bundle, SelfTest test) throws ExportException {
        List<RgbImage> pictures = test.pairs().stream().map(Pair::image).toList();
        List<String> texts = test.pairs().stream().map(Pair::caption).toList();
        double largest;
        try (ClipModel model = ModelOpening.open(bundle, ModelOptions.DEFAULT)) {
            ImageSession session = model.imageSessions().getFirst();
            largest = Math.max(
                    difference(test.images(), session.run(pictures)),
                    difference(test.texts(), model.textEncoder().encode(texts)));
        } catch (ModelException
                | EmbeddingException
                | OutOfDeviceMemoryException
                | DeviceLostException
                | TextEncodingException e) {
            throw new ExportException("Expected the exported model to run, found: " + e.getMessage(), e);
        }
        if (!(largest <= TOLERANCE)) {
            throw new ExportException(
                    "Expected embeddings of the exported graphs within " + TOLERANCE + " of the trained towers',"
                            + " found a difference of " + largest + ". The export was not kept; report this.",
                    null);
        }
        return largest;
    }

    private static double difference(List<Embedding> expected, List<Embedding> found) {
        double largest = 0;
        for (int i = 0; i < expected.size(); i++) {
            float[] one = expected.get(i).toArray();
            float[] other = found.get(i).toArray();
            for (int k = 0; k < one.length; k++) {
                largest = Math.max(largest, Math.abs(one[k] - other[k]));
            }
        }
        return largest;
    }
}
