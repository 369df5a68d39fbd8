package dev.clipstream.train.data;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decodes images once, in parallel.
final class Photos {
    private Photos() {}

    /// Reads images.
    ///
    /// @param preprocessing applied to each image
    /// @param broken        receives each image that cannot be read and is left out; called from several threads
    static List<Photo> read(
            List<CaptionedImage> pictures, Preprocessing preprocessing, BiConsumer<Path, Exception> broken) {
        ImagePreprocessor preprocessor = new ImagePreprocessor(preprocessing, DecodeMode.FAST, ImageLimits.DEFAULT);
        Stream<@Nullable Photo> read = pictures.parallelStream().map(picture -> read(picture, preprocessor, broken));
        return read.filter(Objects::nonNull).map(Objects::requireNonNull).toList();
    }

    private static @Nullable Photo read(
            CaptionedImage picture, ImagePreprocessor preprocessor, BiConsumer<Path, Exception> broken) {
        try {
            requireSmall(picture.image());
            return new Photo(
                    preprocessor.prepare(Files.readAllBytes(picture.image())).modelInput(), picture.texts());
        } catch (IOException | ImageException e) {
            broken.accept(picture.image(), e);
            return null;
        }
    }

    /// Checks the size before the file is read.
    private static void requireSmall(Path image) throws IOException {
        long bytes = Files.size(image);
        if (bytes > ImageLimits.DEFAULT.maxBytes()) {
            throw new IOException("Expected an image of at most " + ImageLimits.DEFAULT.maxBytes() + " bytes, found "
                    + bytes + ". Save it smaller.");
        }
    }
}
