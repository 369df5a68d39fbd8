package dev.clipstream.clip.opening;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.clip.bundle.BundleFiles;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.bundle.OnnxFile;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// How far the vectors of a model with 8-bit weights are from others of the same bundle.
///
/// Measured on a few generated images and fixed texts, each alone, since activations are quantized over a whole
/// batch.
///
/// @param leastCosineToDefaultKernels to the vectors that ONNX Runtime's default kernels give on this processor.
///                                    Below 1 where these saturate and the model uses exact ones. Empty if no graph
///                                    can use exact ones: the model then uses the default kernels itself.
/// @param leastCosineToFp32           to the vectors of the fp32 weights in the same folder; empty if it has none
public record QuantizationCheck(OptionalDouble leastCosineToDefaultKernels, OptionalDouble leastCosineToFp32) {
    private static final System.Logger LOG = System.getLogger(QuantizationCheck.class.getName());

    /// Measures an opened model. Opens the bundle again with default kernels, then its fp32 weights.
    ///
    /// These need not be fit to serve: where default kernels saturate, a vector may depend on its batch, and the
    /// vectors of the self-test are those of the opened model.
    ///
    /// @param model   opened from the bundle with the options
    /// @param bundle  the same, with what is known besides its files
    /// @param options that it was opened with
    /// @return empty if the model has no 8-bit weights
    /// @throws ModelException if the bundle does not open with default kernels, or an input fails
    public static Optional<QuantizationCheck> measure(ClipModel model, LocalBundle bundle, ModelOptions options)
            throws ModelException {
        BundleFiles files = BundleFiles.find(bundle.folder(), options.weights());
        OnnxFile image = OnnxFile.read(files.root(), files.imageGraph());
        OnnxFile text = OnnxFile.read(files.root(), files.textGraph());
        if (!image.eightBitWeights() && !text.eightBitWeights()) {
            return Optional.empty();
        }
        List<Embedding> vectors = vectors(model);
        OptionalDouble toDefault = image.exactProducts() || text.exactProducts()
                ? OptionalDouble.of(leastTo(vectors, bundle, options, false))
                : OptionalDouble.empty();
        return Optional.of(new QuantizationCheck(toDefault, toFp32(vectors, files.weights(), bundle, options)));
    }

    /// Returns whether a variant has 8-bit weights whose products can be computed exactly on every processor.
    ///
    /// @throws ModelException if the bundle does not have the variant, or a graph is damaged
    public static boolean hasExactKernels(Path bundle, String weights) throws ModelException {
        BundleFiles files = BundleFiles.find(bundle, weights);
        return OnnxFile.read(files.root(), files.imageGraph()).exactProducts()
                || OnnxFile.read(files.root(), files.textGraph()).exactProducts();
    }

    private static OptionalDouble toFp32(
            List<Embedding> vectors, String weights, LocalBundle bundle, ModelOptions options) throws ModelException {
        if (weights.equals("fp32")) {
            return OptionalDouble.empty();
        }
        try {
            BundleFiles.find(bundle.folder(), "fp32");
        } catch (ModelException e) {
            LOG.log(System.Logger.Level.DEBUG, "No fp32 weights to compare with. {0}", e.getMessage());
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(leastTo(vectors, bundle, options.withWeights("fp32"), true));
    }

    private static double leastTo(
            List<Embedding> vectors, LocalBundle bundle, ModelOptions options, boolean exactProducts)
            throws ModelException {
        try (ClipModel other = ModelOpening.open(bundle, options, exactProducts, false)) {
            return least(vectors, vectors(other));
        }
    }

    private static List<Embedding> vectors(ClipModel model) throws ModelException {
        Preprocessing preprocessing = model.preprocessing();
        List<Embedding> vectors = new ArrayList<>();
        try {
            for (RgbImage image : ProofInputs.images(preprocessing)) {
                vectors.addAll(model.imageSessions().getFirst().run(List.of(image)));
            }
            for (String text : ProofInputs.TEXTS) {
                vectors.addAll(model.textEncoder().encode(List.of(text)));
            }
        } catch (EmbeddingException | OutOfDeviceMemoryException | TextEncodingException | DeviceLostException e) {
            throw new ModelException(
                    "a vector for each input of the check",
                    String.valueOf(e.getMessage()),
                    "export the tower again, or free the device",
                    e);
        }
        return vectors;
    }

    private static double least(List<Embedding> vectors, List<Embedding> others) throws ModelException {
        int dimension = others.getFirst().dimension();
        if (vectors.getFirst().dimension() != dimension) {
            throw new ModelException(
                    "fp32 weights of the same model in the folder",
                    "vectors of dimension " + dimension + " for "
                            + vectors.getFirst().dimension(),
                    "copy all files of one version");
        }
        return IntStream.range(0, vectors.size())
                .mapToDouble(i -> vectors.get(i).cosine(others.get(i)))
                .min()
                .orElseThrow();
    }
}
