package dev.clipstream.clip.opening;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;

/// Images to try a model with: patterns without symmetry, of the model's input size.
final class ProofImages {
    private ProofImages() {}

    /// Returns a pattern.
    ///
    /// @param step between neighbouring samples; other steps give other patterns
    static RgbImage of(Preprocessing preprocessing, int step) {
        byte[] pixels = new byte[3 * preprocessing.width() * preprocessing.height()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * step / 5 + (i >> 7) * step);
        }
        return new RgbImage(preprocessing.width(), preprocessing.height(), pixels);
    }
}
