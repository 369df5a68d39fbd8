package dev.clipstream.clip.opening;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.clip.bundle.BundleBytes;
import dev.clipstream.clip.bundle.ClipstreamFile;
import dev.clipstream.clip.bundle.ClipstreamFile.Golden;
import dev.clipstream.clip.bundle.SnapshotFolder;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs a newly opened model before it serves.
///
/// Both towers must give finite vectors of the same length. A model that serves must also tell different inputs apart,
/// give an image and a text the same vector alone and in a batch, and reproduce the bundle's self-test if there is one.
final class ModelProof {
    /// Cosine that 32-bit and 16-bit weights reach with any neighbours in the batch and in their self-test.
    private static final double SAME = 0.999;
    /// Cosine that 8-bit and 4-bit weights reach: activations are quantized over the whole batch.
    private static final double ABOUT_SAME = 0.97;

    /// Largest difference of two unit vectors in a component that is noise of the computation.
    private static final float CONSTANT = 1e-5f;

    private static final String TEXT = "a photo of a cat";
    private static final String LONGER_TEXT = "a photo of two dogs beside a red house, and of a tree behind it";

    private final Path root;
    private final double same;
    private final Preprocessing preprocessing;
    private final ImageSession images;
    private final TextEncoder texts;

    /// @param weights one of [dev.clipstream.clip.ModelOptions#PREFERENCE]
    ModelProof(Path root, String weights, Preprocessing preprocessing, ImageSession images, TextEncoder texts) {
        this.root = root;
        this.same = weights.equals("fp32") || weights.equals("fp16") ? SAME : ABOUT_SAME;
        this.preprocessing = preprocessing;
        this.images = images;
        this.texts = texts;
    }

    /// Runs both towers once.
    ///
    /// @return the length of their vectors
    /// @throws ModelException if a tower gives no vector, or their lengths differ
    int dimension() throws ModelException {
        int imageLength = run(List.of(plainImage())).getFirst().dimension();
        int textLength = encode(List.of(TEXT)).getFirst().dimension();
        if (imageLength != textLength) {
            throw new ModelException(
                    "one length of vectors of both towers",
                    imageLength + " of the image tower and " + textLength + " of the text tower",
                    "export both from one model, with their projections");
        }
        return imageLength;
    }

    /// Compares the vectors of an image and of a text alone with those in a batch, and with their neighbours' there.
    ///
    /// @throws ModelException if a vector depends on its neighbours, or is the same as theirs: a tower then ignores its
    ///                        input, or reads another token than the end
    void inBatch() throws ModelException {
        Embedding image = run(List.of(plainImage())).getFirst();
        List<Embedding> images = run(List.of(ProofImages.of(preprocessing, 31), plainImage()));
        double sameImage = image.cosine(images.get(1));
        if (sameImage < same) {
            throw new ModelException(
                    "an image's vector to be the same alone and in a batch",
                    "cosine " + sameImage,
                    "export the image tower with a dynamic batch, or with batch 1");
        }
        requireDifferent("images", images, "export the image tower again");
        Embedding text = encode(List.of(TEXT)).getFirst();
        List<Embedding> pair = encode(List.of(TEXT, LONGER_TEXT));
        double sameText = text.cosine(pair.getFirst());
        if (sameText < same) {
            throw new ModelException(
                    "a text's vector to be the same alone and with a longer text",
                    "cosine " + sameText,
                    "export the text tower with an attention mask, or with pooling at the end token");
        }
        requireDifferent("texts", pair, "export the text tower again, or copy the tokenizer of the same model");
    }

    private static void requireDifferent(String what, List<Embedding> pair, String remedy) throws ModelException {
        float[] one = pair.getFirst().toArray();
        float[] other = pair.getLast().toArray();
        float most = 0;
        for (int i = 0; i < one.length; i++) {
            most = Math.max(most, Math.abs(one[i] - other[i]));
        }
        if (most < CONSTANT) {
            throw new ModelException("different vectors of different " + what, "the same vector for all", remedy);
        }
    }

    /// Runs the bundle's self-test, if it has one.
    ///
    /// @throws ModelException if the model does not reproduce its vectors
    void selfTest(ClipstreamFile golden) throws ModelException {
        for (Golden line : golden.texts()) {
            compare(
                    "text '" + line.input() + "'",
                    line.expected(),
                    encode(List.of(line.input())).getFirst());
        }
        for (Golden image : golden.images()) {
            compare(
                    "image " + image.input(),
                    image.expected(),
                    run(List.of(read(image.input()))).getFirst());
        }
    }

    private RgbImage plainImage() {
        return ProofImages.of(preprocessing, 7);
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
                    "a vector for each of " + batch.size() + " images on " + images.device(),
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

    private RgbImage read(String name) throws ModelException {
        Path file = root.resolve(name).normalize();
        try {
            if (!file.startsWith(root) || !file.toRealPath().startsWith(SnapshotFolder.reach(root))) {
                throw new ModelException("a self-test's image inside of the bundle", name, "correct its path");
            }
            PreparedImage image = new ImagePreprocessor(preprocessing, DecodeMode.EXACT, ImageLimits.DEFAULT)
                    .prepare(BundleBytes.read(file, name));
            if (image.width() != preprocessing.width() || image.height() != preprocessing.height()) {
                throw refusedImage(name, image.width() + " x " + image.height(), null);
            }
            return image.modelInput();
        } catch (ImageException e) {
            throw refusedImage(name, "none. " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelException("a readable image " + name, e.toString(), "copy it into the bundle", e);
        }
    }

    private ModelException refusedImage(String name, String found, @Nullable ImageException cause) {
        return new ModelException(
                "a PNG of " + preprocessing.width() + " x " + preprocessing.height() + " in " + name,
                found,
                "save the image as the model gets it, before normalizing",
                cause);
    }
}
