package dev.clipstream.train.engine;

import java.util.Arrays;

/// A batch of pairs in the form the towers take.
///
/// Does not copy its arrays; the caller hands them over.
///
/// @param pixels    normalized, `[size, 3, S, S]`, row-major
/// @param ids       token ids of each text, unpadded, including start and end
/// @param positives `[size · size]`: 1 where the row's image and the column's text belong together
@SuppressWarnings("ArrayRecordComponent") // megabytes that go straight to the engine; never compared
public record Batch(float[] pixels, long[][] ids, float[] positives) {

    public Batch {
        if (ids.length == 0 || pixels.length % ids.length != 0 || positives.length != ids.length * ids.length) {
            throw new IllegalArgumentException("Expected the same number of images and texts, found " + pixels.length
                    + " floats for " + ids.length + " texts and " + positives.length + " positives");
        }
    }

    /// Returns the number of pairs.
    public int size() {
        return ids.length;
    }

    /// Returns the pixels of a range of images.
    float[] pixels(int from, int to) {
        int each = pixels.length / ids.length;
        return Arrays.copyOfRange(pixels, from * each, to * each);
    }

    /// Returns the token ids of a range of texts.
    long[][] ids(int from, int to) {
        return Arrays.copyOfRange(ids, from, to);
    }
}
