package dev.clipstream.train.engine;

import java.util.Arrays;

/// Pairs as the towers take them.
///
/// Holds its arrays without a copy: whoever makes one hands them over.
///
/// @param pixels    normalised, `[size, 3, S, S]`, row by row
/// @param ids       token ids of each text, unpadded, start and end included
/// @param positives `[size · size]`: 1 where the picture of the row and the text of the column belong together
@SuppressWarnings("ArrayRecordComponent") // megabytes that go straight to the engine; never compared
public record Batch(float[] pixels, long[][] ids, float[] positives) {

    public Batch {
        if (ids.length == 0 || pixels.length % ids.length != 0 || positives.length != ids.length * ids.length) {
            throw new IllegalArgumentException("Pictures and texts in equal number were expected, found "
                    + pixels.length + " floats for " + ids.length + " texts and " + positives.length + " marks");
        }
    }

    /// Pairs in it.
    public int size() {
        return ids.length;
    }

    /// The pixels of some of its pictures.
    float[] pixels(int from, int to) {
        int each = pixels.length / ids.length;
        return Arrays.copyOfRange(pixels, from * each, to * each);
    }

    /// The ids of some of its texts.
    long[][] ids(int from, int to) {
        return Arrays.copyOfRange(ids, from, to);
    }
}
