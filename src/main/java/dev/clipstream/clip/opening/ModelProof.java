package dev.clipstream.clip.opening;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.clip.bundle.ClipstreamFile;
import dev.clipstream.clip.bundle.ClipstreamFile.Golden;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs a freshly opened model before anybody relies on it.
///
/// Both towers must give finite vectors of one length; a picture and a text must come out of a batch as
/// they come out alone; and the bundle's own golden vectors, if it brings some, must come out again.
final class ModelProof {
    /// Cosine that 32-bit and 16-bit weights reach with neighbours of any kind and with
    /// their golden vectors.
    private static final double SAME = 0.999;
    /// Cosine that 8-bit and 4-bit weights reach: activations are quantised over the whole batch.
    private static final double ABOUT_SAME = 0.97;

    private final Path root;
    private final double same;
    private final Preprocessing preprocessing;
    private final ImageSession images;
    private final TextEncoder texts;

    /// @param weights one of [ModelOptions#PREFERENCE]
    ModelProof(Path root, String weights, Preprocessing preprocessing, ImageSession images, TextEncoder texts) {
        this.root = root;
        this.same = weights.equals("fp32") || weights.equals("fp16") ? SAME : ABOUT_SAME;
        this.preprocessing = preprocessing;
        this.images = images;
        this.texts = texts;
    }

    /// Proves the model.
    ///
    /// @return the length of its vectors
    int prove(ClipstreamFile golden) throws ModelException {
        int image = proveImages();
        int text = proveTexts();
        if (image != text) {
            throw new ModelException(
                    "one length of vectors of both towers",
                    image + " of the image tower and " + text + " of the text tower",
                    "export both from one model, with their projections");
        }
        for (Golden line : golden.texts()) {
            compare(
                    "text '" + line.input() + "'",
                    line.expected(),
                    encode(List.of(line.input())).getFirst());
        }
        for (Golden picture : golden.images()) {
            compare(
                    "picture " + picture.input(),
                    picture.expected(),
                    run(List.of(read(picture.input()))).getFirst());
        }
        return image;
    }

    private int proveImages() throws ModelException {
        RgbImage plain = picture(7);
        RgbImage other = picture(31);
        Embedding alone = run(List.of(plain)).getFirst();
        Embedding together = run(List.of(other, plain)).get(1);
        if (alone.cosine(together) < same) {
            throw new ModelException(
                    "a picture's vector to be the same alone and in a batch",
                    "cosine " + alone.cosine(together),
                    "export the image tower with a dynamic batch, or with batch 1");
        }
        return alone.dimension();
    }

    private int proveTexts() throws ModelException {
        String text = "a photo of a cat";
        Embedding alone = encode(List.of(text)).getFirst();
        Embedding together = encode(List.of(text, "a photo of two dogs beside a red house, and of a tree behind it"))
                .getFirst();
        if (alone.cosine(together) < same) {
            throw new ModelException(
                    "a text's vector to be the same alone and beside a longer one",
                    "cosine " + alone.cosine(together),
                    "export the text tower with an attention mask, or with pooling at the end token");
        }
        return alone.dimension();
    }

    private void compare(String input, Embedding expected, Embedding found) throws ModelException {
        if (expected.dimension() != found.dimension() || expected.cosine(found) < same) {
            throw new ModelException(
                    "the self-test's vector for " + input + " (cosine of at least " + same + ")",
                    expected.dimension() == found.dimension()
                            ? "cosine " + expected.cosine(found)
                            : "dimension " + found.dimension() + " for " + expected.dimension(),
                    "the weights, the tokenizer or the preprocessing are not those that the bundle was made with:"
                            + " copy all files of one version");
        }
    }

    private List<Embedding> run(List<RgbImage> batch) throws ModelException {
        try {
            return images.run(batch);
        } catch (EmbeddingException | OutOfDeviceMemoryException | DeviceLostException e) {
            throw new ModelException(
                    "a vector for each of " + batch.size() + " pictures on " + images.device(),
                    String.valueOf(e.getMessage()),
                    "export the image tower again, or free the device",
                    e);
        }
    }

    private List<Embedding> encode(List<String> lines) throws ModelException {
        try {
            return texts.encode(lines);
        } catch (TextEncodingException | DeviceLostException e) {
            throw new ModelException(
                    "a vector for each of " + lines.size() + " texts",
                    String.valueOf(e.getMessage()),
                    "export the text tower again, or copy the tokenizer of the same model",
                    e);
        }
    }

    /// A pattern that has no symmetry.
    private RgbImage picture(int step) {
        byte[] pixels = new byte[3 * preprocessing.width() * preprocessing.height()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * step / 5 + (i >> 7) * step);
        }
        return new RgbImage(preprocessing.width(), preprocessing.height(), pixels);
    }

    private RgbImage read(String name) throws ModelException {
        Path file = root.resolve(name).normalize();
        try {
            if (!file.startsWith(root) || !file.toRealPath().startsWith(root)) {
                throw new ModelException("a self-test's picture inside of the bundle", name, "correct its path");
            }
            PreparedImage image = new ImagePreprocessor(preprocessing, DecodeMode.EXACT, ImageLimits.DEFAULT)
                    .prepare(Files.readAllBytes(file));
            if (image.width() != preprocessing.width() || image.height() != preprocessing.height()) {
                throw refusedPicture(name, image.width() + " x " + image.height(), null);
            }
            return image.modelInput();
        } catch (ImageException e) {
            throw refusedPicture(name, "none. " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelException("a readable picture " + name, e.toString(), "copy it into the bundle", e);
        }
    }

    private ModelException refusedPicture(String name, String found, @Nullable ImageException cause) {
        return new ModelException(
                "a PNG of " + preprocessing.width() + " x " + preprocessing.height() + " in " + name,
                found,
                "save the picture as the model gets it, before normalising",
                cause);
    }
}
