package dev.clipstream.image;

import java.nio.FloatBuffer;

/// Turns 8-bit samples into the model's floats: `(v / 255 - mean) / std` in float32 arithmetic, as torchvision's
/// `ToTensor` and `Normalize` do it.
///
/// There are only 256 samples a channel, so they are computed once. Immutable, safe for any thread.
public final class Normalizer {
    private final float[][] tables;

    /// @param preprocessing whose mean and std are used
    public Normalizer(Preprocessing preprocessing) {
        Preprocessing.Channels mean = preprocessing.mean();
        Preprocessing.Channels std = preprocessing.std();
        tables = new float[][] {
            table(mean.red(), std.red()), table(mean.green(), std.green()), table(mean.blue(), std.blue())
        };
    }

    private static float[] table(float mean, float std) {
        float[] table = new float[256];
        for (int v = 0; v < table.length; v++) {
            table[v] = (v / 255f - mean) / std;
        }
        return table;
    }

    /// Appends the picture at the buffer's position: its red plane, then green, then blue, each row by row.
    ///
    /// @param nchw with room for three floats a pixel
    public void write(RgbImage modelInput, FloatBuffer nchw) {
        byte[] pixels = modelInput.pixels();
        float[] plane = new float[pixels.length / 3];
        for (int channel = 0; channel < 3; channel++) {
            float[] table = tables[channel];
            for (int i = 0, at = channel; i < plane.length; i++, at += 3) {
                plane[i] = table[pixels[at] & 0xFF];
            }
            nchw.put(plane);
        }
    }
}
