package dev.clipstream.bench.compare;

import dev.clipstream.bench.ProcessMemory;
import dev.clipstream.bench.RawSession;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.image.RgbImage;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// One opened variant with its vectors and scores, and its speed so far. Owns the model. Used by one thread.
final class MeasuredWeights implements AutoCloseable {
    private static final int CPU_BATCH = 8;
    private static final int GPU_BATCH = 64;

    private final ClipModel model;
    private final OptionalLong memoryBytes;
    private final RawSession raw;
    private final List<Embedding> images;
    private final List<String> prompts = new ArrayList<>();
    private final List<Embedding> texts = new ArrayList<>();
    private final List<Map<String, Double>> probabilities;
    private final List<String> firstLabels;
    private final List<RawSession.Runs> runs = new ArrayList<>();
    private double textSeconds;
    private long textCount;

    private MeasuredWeights(ClipModel model, OptionalLong memoryBytes, List<RgbImage> inputs, LabelSet labels)
            throws EmbeddingException, OutOfDeviceMemoryException {
        this.model = model;
        this.memoryBytes = memoryBytes;
        this.raw = new RawSession(model, inputs);
        this.images = embed(model, inputs);
        ZeroShotTagger tagger = ZeroShotTagger.create(labels, this::encodeAndKeep, model.scoring(), model.identity());
        List<List<ScoredLabel>> scores = images.stream().map(tagger::scoreAll).toList();
        this.firstLabels = scores.stream().map(all -> all.getFirst().labelId()).toList();
        this.probabilities = scores.stream()
                .map(all -> all.stream().collect(Collectors.toMap(ScoredLabel::labelId, ScoredLabel::probability)))
                .toList();
    }

    /// Opens a model; may take long.
    @FunctionalInterface
    interface Opening {
        ClipModel open() throws ModelException;
    }

    /// Prepares images for a model.
    @FunctionalInterface
    interface Preparing {
        List<RgbImage> prepare(ClipModel model) throws ModelException;
    }

    /// Opens and runs a variant.
    ///
    /// @param inputs prepares the images, at least one
    /// @throws ModelException if the bundle or the device is refused
    static MeasuredWeights open(Opening opening, Preparing inputs, LabelSet labels)
            throws ModelException, EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        long before = residentBytes();
        ClipModel model = opening.open();
        boolean measured = false;
        try {
            long opened = residentBytes() - before;
            List<RgbImage> ready = inputs.prepare(model);
            long prepared = residentBytes();
            RawSession.Runs warm = new RawSession(model, ready).run(Duration.ZERO, batch(model));
            long grown = opened + residentBytes() - prepared;
            MeasuredWeights weights = new MeasuredWeights(
                    model,
                    grown > 0 && warm.pictures() > 0 ? OptionalLong.of(grown) : OptionalLong.empty(),
                    ready,
                    labels);
            measured = true;
            return weights;
        } finally {
            if (!measured) {
                model.close();
            }
        }
    }

    private static long residentBytes() {
        return ProcessMemory.residentBytes().orElse(0);
    }

    private static List<Embedding> embed(ClipModel model, List<RgbImage> inputs)
            throws EmbeddingException, OutOfDeviceMemoryException {
        List<Embedding> vectors = new ArrayList<>();
        int batch = batch(model);
        for (int from = 0; from < inputs.size(); from += batch) {
            vectors.addAll(
                    model.imageSessions().getFirst().run(inputs.subList(from, Math.min(from + batch, inputs.size()))));
        }
        return vectors;
    }

    private List<Embedding> encodeAndKeep(List<String> lines) {
        List<Embedding> vectors = model.textEncoder().encode(lines);
        prompts.addAll(lines);
        texts.addAll(vectors);
        return vectors;
    }

    /// Returns the service's default batch of the model's device.
    private static int batch(ClipModel model) {
        return model.imageSessions().getFirst().device().equals("cpu") ? CPU_BATCH : GPU_BATCH;
    }

    /// Runs the image tower for a while.
    void runImages(Duration least) throws EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        runs.add(raw.run(least, batch(model)));
    }

    /// Runs the text tower for a while: all prompts of the labels, again and again.
    void runTexts(Duration least) {
        TextEncoder encoder = model.textEncoder();
        long startNanos = System.nanoTime();
        do {
            textCount += encoder.encode(prompts).size();
        } while (System.nanoTime() - startNanos < least.toNanos());
        textSeconds += (System.nanoTime() - startNanos) / 1e9;
    }

    /// Returns the throughput of the last rounds.
    ///
    /// @param rounds at most as many as were run
    double perSecond(int rounds) {
        List<RawSession.Runs> last = runs.subList(runs.size() - rounds, runs.size());
        return last.stream().mapToInt(RawSession.Runs::pictures).sum()
                / last.stream().mapToDouble(RawSession.Runs::seconds).sum();
    }

    /// Compares this variant with the reference, with which its rounds alternated.
    ComparedWeights compareTo(MeasuredWeights reference, boolean defaultKernels) {
        int rounds = Math.min(runs.size(), reference.runs.size());
        ComparedWeights.Rate rate = new ComparedWeights.Rate(
                perSecond(runs.size()),
                runs.stream().mapToDouble(RawSession.Runs::perSecond).min().orElse(0),
                runs.stream().mapToDouble(RawSession.Runs::perSecond).max().orElse(0));
        return new ComparedWeights(
                model.describe().weights(),
                defaultKernels,
                rate,
                this == reference ? 1 : perSecond(rounds) / reference.perSecond(rounds),
                textCount / textSeconds,
                model.describe().weightsBytes(),
                memoryBytes,
                likeness(images, reference.images),
                likeness(texts, reference.texts),
                tags(reference));
    }

    private static ComparedWeights.Likeness likeness(List<Embedding> ours, List<Embedding> theirs) {
        double sum = 0;
        double least = 1;
        for (int i = 0; i < ours.size(); i++) {
            double cosine = ours.get(i).cosine(theirs.get(i));
            sum += cosine;
            least = Math.min(least, cosine);
        }
        return new ComparedWeights.Likeness(sum / ours.size(), least);
    }

    private ComparedWeights.Tags tags(MeasuredWeights reference) {
        int changed = 0;
        double change = 0;
        for (int i = 0; i < firstLabels.size(); i++) {
            String first = reference.firstLabels.get(i);
            if (!first.equals(firstLabels.get(i))) {
                changed++;
            }
            change += Math.abs(probability(i, first) - reference.probability(i, first));
        }
        return new ComparedWeights.Tags(firstLabels.size(), changed, change / firstLabels.size());
    }

    private double probability(int image, String label) {
        return probabilities.get(image).getOrDefault(label, 0.0);
    }

    /// Returns the length of the model's vectors.
    int dimension() {
        return model.identity().dimension();
    }

    @Override
    public void close() {
        model.close();
    }
}
