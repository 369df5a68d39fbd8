package dev.clipstream.train.export;

import dev.clipstream.train.Recipe;
import dev.clipstream.train.evaluate.Retrieval;
import dev.clipstream.train.tower.Architecture;
import java.util.Locale;

/// A bundle's README.md: data, training and quality of the model.
///
/// @param name        of the model
/// @param recipe      of the training
/// @param parameters  number of trained parameters
/// @param steps       number of steps
/// @param seconds     duration of the steps
/// @param textToImage recall on the held-out pairs; 0 queries if none were held out
/// @param imageToText recall on the held-out pairs; 0 queries if none were held out
public record ModelCard(
        String name,
        Recipe recipe,
        int parameters,
        long steps,
        double seconds,
        Retrieval textToImage,
        Retrieval imageToText) {

    /// Returns the card in Markdown.
    public String markdown() {
        Architecture architecture = recipe.architecture();
        String objective = architecture.sigmoid()
                ? "the sigmoid loss of SigLIP (Zhai et al., 2023)"
                : "the symmetric cross-entropy of CLIP (Radford et al., 2021, figure 3); equal captions in a batch share"
                        + " the target";
        return String.format(
                Locale.ROOT,
                """
                # %s

                A dual encoder for images and texts, trained from scratch by `clipstream train`.

                | | |
                |---|---|
                | Data | %s |
                | Objective | %s |
                | Image tower | %s, %d x %d pixels, squashed |
                | Text tower | transformer of 2 layers and width %d over a WordPiece vocabulary of %d tokens, plus the mean of the word vectors |
                | Shared dimension | %d |
                | Parameters | %,d, 32-bit floats |
                | Training | %,d steps of %d pairs, %.0f minutes |

                Made by

                ```
                %s
                ```

                ## Figures

                %s

                `clipstream evaluate` measures more.

                ## Limits

                It knows the words and the kinds of images that it was trained on, and guesses at all others. Images are reduced to
                %d x %d pixels, which hides small objects.
                """,
                name,
                recipe.data(),
                objective,
                architecture.imageEncoder() == Architecture.ImageEncoder.RESNET
                        ? "residual convolutional network"
                        : "vision transformer",
                architecture.imageSize(),
                architecture.imageSize(),
                architecture.dimension(),
                architecture.vocabulary(),
                architecture.dimension(),
                parameters,
                steps,
                recipe.settings().batch(),
                seconds / 60,
                recipe.command(),
                figures(),
                architecture.imageSize(),
                architecture.imageSize());
    }

    private String figures() {
        if (textToImage.queries() == 0) {
            return "None: no pairs were held out from training.";
        }
        return String.format(
                Locale.ROOT,
                """
                On %,d held-out pairs, which no step saw:

                | | recall@1 | recall@5 | recall@10 |
                |---|---|---|---|
                | text to image | %.3f | %.3f | %.3f |
                | image to text | %.3f | %.3f | %.3f |""",
                textToImage.queries(),
                textToImage.at1(),
                textToImage.at5(),
                textToImage.at10(),
                imageToText.at1(),
                imageToText.at5(),
                imageToText.at10());
    }
}
