package dev.clipstream.bench.compare;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.onnx.OnnxTowers;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.clip.opening.QuantizationCheck;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.label.LabelSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Compares the weights of a bundle with each other on images.
///
/// The reference is the variant closest to the trained weights. It stays open; each other variant is opened beside it,
/// and its rounds alternate with the reference's, so that a machine with drifting speed favours neither. Where ONNX
/// Runtime's default 8-bit kernels saturate, such weights are measured twice: exact as the service runs them, and with
/// the default kernels, which shows what exactness costs and saves.
///
/// Used by one thread.
public final class WeightsComparison {
    private static final int ROUNDS = 3;

    private final LocalBundle bundle;
    private final ModelOptions options;
    private final LabelSet labels;
    private final Duration perVariant;
    private final boolean saturate;
    private final Consumer<String> talk;
    private final Map<Path, String> unreadable = new LinkedHashMap<>();
    private @Nullable List<RgbImage> prepared;

    /// The result.
    ///
    /// @param compared       the reference first
    /// @param refused        variants that do not open or run, with the reason
    /// @param unreadable     images that cannot be decoded, with the reason
    /// @param recommendation of one of the variants
    public record Result(
            List<ComparedWeights> compared,
            Map<String, String> refused,
            Map<Path, String> unreadable,
            Recommendation recommendation) {}

    /// Creates a comparison.
    ///
    /// @param options    devices and threads; its weights do not matter
    /// @param labels     to tag the images with; their prompts are the texts
    /// @param perVariant duration of each variant's speed measurement
    /// @param talk       receives progress messages
    public WeightsComparison(
            LocalBundle bundle, ModelOptions options, LabelSet labels, Duration perVariant, Consumer<String> talk) {
        this(bundle, options, labels, perVariant, OnnxTowers.integerProductsSaturate(), talk);
    }

    /// @param saturate whether default 8-bit kernels are taken to saturate on this processor
    WeightsComparison(
            LocalBundle bundle,
            ModelOptions options,
            LabelSet labels,
            Duration perVariant,
            boolean saturate,
            Consumer<String> talk) {
        this.bundle = bundle;
        this.options = options;
        this.labels = labels;
        this.perVariant = perVariant;
        this.saturate = saturate;
        this.talk = talk;
    }

    /// Compares all variants of the bundle; takes a few seconds for each.
    ///
    /// @param images files, at least one
    /// @throws ModelException             if the folder holds no model, its reference does not open, or no image can be
    ///                                    decoded
    /// @throws EmbeddingException         if the reference fails on the images
    /// @throws OutOfDeviceMemoryException if a batch of the reference does not fit the device
    public Result run(List<Path> images)
            throws ModelException, EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        List<String> variants = ModelOpening.weights(bundle.folder());
        String first = variants.getFirst();
        talk.accept("comparing " + String.join(", ", variants) + ": about " + variants.size() * perVariant.toSeconds()
                + " s and the time to open them");
        talk.accept("opening " + first);
        Map<String, String> refused = new LinkedHashMap<>();
        try (MeasuredWeights reference = MeasuredWeights.open(
                () -> ModelOpening.open(bundle, options.withWeights(first)),
                model -> prepared(model, images),
                labels)) {
            List<ComparedWeights> others = new ArrayList<>();
            if (variants.size() == 1) {
                alternate(reference, List.of());
            }
            for (String weights : variants.subList(1, variants.size())) {
                compare(reference, weights, others, refused);
            }
            List<ComparedWeights> compared = new ArrayList<>();
            compared.add(reference.compareTo(reference, false));
            compared.addAll(others);
            return new Result(compared, refused, unreadable, Recommendation.of(compared));
        }
    }

    private void compare(
            MeasuredWeights reference, String weights, List<ComparedWeights> compared, Map<String, String> refused)
            throws InterruptedException {
        talk.accept("measuring " + weights);
        ModelOptions variant = options.withWeights(weights);
        try {
            try (MeasuredWeights other = open(() -> ModelOpening.open(bundle, variant))) {
                requireSameDimension(other, reference, weights);
                alternate(reference, List.of(other));
                compared.add(other.compareTo(reference, false));
            }
            if (saturate && QuantizationCheck.hasExactKernels(bundle.folder(), weights)) {
                talk.accept("measuring " + weights + " with default kernels");
                try (MeasuredWeights other = open(() -> ModelOpening.openWithDefaultKernels(bundle, variant))) {
                    alternate(reference, List.of(other));
                    compared.add(other.compareTo(reference, true));
                }
            }
        } catch (ModelException | EmbeddingException | OutOfDeviceMemoryException e) {
            refused.put(weights, String.valueOf(e.getMessage()));
        }
    }

    private MeasuredWeights open(MeasuredWeights.Opening opening)
            throws ModelException, EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        return MeasuredWeights.open(opening, model -> prepared(model, List.of()), labels);
    }

    private static void requireSameDimension(MeasuredWeights other, MeasuredWeights reference, String weights)
            throws ModelException {
        if (other.dimension() != reference.dimension()) {
            throw new ModelException(
                    weights + " weights of the same model in the folder",
                    "vectors of dimension " + other.dimension() + " beside " + reference.dimension(),
                    "copy all files of one version");
        }
    }

    private void alternate(MeasuredWeights reference, List<MeasuredWeights> others)
            throws EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        Duration images = perVariant.dividedBy(2L * ROUNDS).multipliedBy(3).dividedBy(2);
        Duration texts = perVariant.dividedBy(4L * ROUNDS);
        for (int round = 0; round < ROUNDS; round++) {
            reference.runImages(images);
            reference.runTexts(texts);
            for (MeasuredWeights other : others) {
                other.runImages(images);
                other.runTexts(texts);
            }
        }
    }

    /// Returns the images for the model's preprocessing, which all variants share.
    private List<RgbImage> prepared(ClipModel model, List<Path> images) throws ModelException {
        List<RgbImage> ready = prepared;
        if (ready == null) {
            ImagePreprocessor preprocessor =
                    new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT);
            ready = new ArrayList<>();
            for (Path image : images) {
                try {
                    ready.add(preprocessor.prepare(Files.readAllBytes(image)).modelInput());
                } catch (IOException | ImageException e) {
                    unreadable.put(image, String.valueOf(e.getMessage()));
                }
            }
            if (ready.isEmpty()) {
                throw new ModelException(
                        "at least one image that can be decoded", unreadable.toString(), "name other images");
            }
            prepared = ready;
        }
        return ready;
    }
}
