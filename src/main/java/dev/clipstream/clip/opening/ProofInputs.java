package dev.clipstream.clip.opening;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.stream.IntStream;

/// Texts and images to try a model with.
final class ProofInputs {
    /// Texts of different length and meaning.
    static final List<String> TEXTS = List.of(
            "a photo of a cat",
            "a red bicycle beside a wall, in the rain",
            "two people",
            "an aerial view of a harbour with many small boats",
            "text");

    private static final int[] STEPS = {3, 7, 19, 31};

    private ProofInputs() {}

    /// Returns different patterns of the model's input size.
    static List<RgbImage> images(Preprocessing preprocessing) {
        return IntStream.of(STEPS)
                .mapToObj(step -> ProofImages.of(preprocessing, step))
                .toList();
    }
}
