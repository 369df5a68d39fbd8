package dev.clipstream.train;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.Embedding;
import dev.clipstream.image.Normalizer;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.train.TrainingObserver.StepReport;
import dev.clipstream.train.data.Pair;
import dev.clipstream.train.data.Pairs;
import dev.clipstream.train.engine.Batch;
import dev.clipstream.train.engine.DataParallel;
import dev.clipstream.train.engine.EngineMissingException;
import dev.clipstream.train.evaluate.Retrieval;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.WeightDeclaration;
import dev.clipstream.train.tower.Weights;
import dev.clipstream.train.tower.Weights.Role;
import dev.clipstream.train.tower.Weights.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// Trains the two towers until the time or the number of steps is reached.
///
/// Used by one thread. The engine's and the loader's threads end with [#close()].
public final class Trainer implements AutoCloseable {
    /// Upper bound of the logit scale as in CLIP's paper: exp(t) is at most 100.
    private static final double MOST_T = Math.log(100);

    /// Decay of the running mean of the weights.
    private static final double AVERAGING = 0.998;

    private static final int MEASURED_AT_ONCE = 64;

    /// Threads of the batch loader, which compete with the towers for cores.
    private static final int MAKERS = 1;

    private final TrainingSettings settings;
    private final Architecture architecture;
    private final Weights layout;
    private final Pairs pairs;
    private final Path file;
    private final BatchLoader batches;
    private final DataParallel towers;
    private final AdamW optimizer;
    private final Schedule schedule;
    private final float[] values;
    private final float[] average;
    private long step;
    private double seconds;

    /// Begins a training, or continues one if its checkpoint exists.
    ///
    /// @param tokenizer     of the captions; the caller closes it
    /// @param preprocessing of the images, whose size the pairs have
    /// @param checkpoint    file, written every few minutes and at the end
    /// @throws IOException            if there is a checkpoint that cannot be read
    /// @throws EngineMissingException if no training engine is on the class path
    public Trainer(
            TrainingSettings settings,
            Architecture architecture,
            Pairs pairs,
            ClipTokenizer tokenizer,
            Preprocessing preprocessing,
            Path checkpoint)
            throws IOException, EngineMissingException {
        this.settings = settings;
        this.architecture = architecture;
        this.pairs = pairs;
        this.file = checkpoint;
        WeightDeclaration declaration = architecture.declare();
        this.layout = declaration.weights();
        if (Files.exists(checkpoint)) {
            Checkpoint before = Checkpoint.read(checkpoint, layout);
            this.step = before.step();
            this.seconds = before.seconds();
            this.values = before.values();
            this.average = before.average();
            this.optimizer = new AdamW(layout, (float) settings.decay(), before.first(), before.second());
        } else {
            this.values = declaration.start(new SplittableRandom(settings.seed()));
            this.average = values.clone();
            this.optimizer =
                    new AdamW(layout, (float) settings.decay(), new float[values.length], new float[values.length]);
        }
        this.schedule = new Schedule(settings.rate(), settings.warmUp());
        this.towers = new DataParallel(architecture, layout, settings.replicas());
        this.batches = new BatchLoader(pairs, tokenizer, new Normalizer(preprocessing), step, settings.batch(), MAKERS);
    }

    /// Returns the completed steps, including those of earlier runs.
    public long step() {
        return step;
    }

    /// Returns whether the time or the number of steps is reached.
    public boolean isOver() {
        return settings.done(step, seconds) >= 1;
    }

    /// Returns the seconds of training so far.
    public double seconds() {
        return seconds;
    }

    /// Returns the number of trainable parameters.
    public int parameters() {
        return layout.trained();
    }

    /// Trains to the end or until stopped, and writes a checkpoint.
    ///
    /// @param stop checked after each step
    public void train(TrainingObserver observer, BooleanSupplier stop) throws IOException {
        double saved = seconds;
        double measured = seconds;
        double lately = 0;
        while (!isOver() && !stop.getAsBoolean()) {
            long begin = System.nanoTime();
            double loss = step(batches.next());
            double took = (System.nanoTime() - begin) / 1e9;
            seconds += took;
            lately = lately == 0 ? took : 0.9 * lately + 0.1 * took;
            double done = settings.done(step, seconds);
            double left = seconds / Math.max(done, 1e-9) * (1 - done);
            observer.stepped(new StepReport(step, loss, settings.batch() / lately, done, left));
            if (seconds - saved >= settings.checkpoint()) {
                save();
                saved = seconds;
            }
            if (seconds - measured >= settings.measure()) {
                measure(observer);
                measured = seconds;
            }
        }
        save();
        measure(observer);
    }

    private double step(Batch batch) {
        DataParallel.Gradients found = towers.gradients(values, batch);
        if (!Double.isFinite(found.loss())) {
            throw diverged("loss", found.loss());
        }
        clip(found.gradients());
        double done = settings.done(step, seconds);
        optimizer.step(values, found.gradients(), schedule.rate(step, done), step);
        int t = layout.get(Architecture.LOGIT_SCALE).offset();
        values[t] = (float) Math.min(values[t], MOST_T);
        for (Weight weight : layout.all()) {
            if (weight.role() == Role.STATISTIC) {
                System.arraycopy(found.statistics(), weight.offset(), values, weight.offset(), weight.size());
            }
        }
        float kept = (float) Math.min(AVERAGING, (1.0 + step) / (10.0 + step));
        for (int i = 0; i < values.length; i++) {
            average[i] = kept * average[i] + (1 - kept) * values[i];
        }
        step++;
        return found.loss();
    }

    private IllegalStateException diverged(String what, double found) {
        return new IllegalStateException("Expected a finite " + what + " at step " + step + ", found " + found
                + ". Lower the learning rate (--rate) and resume.");
    }

    /// Clips the gradient. Called before the weights change.
    private void clip(float[] gradients) {
        double squares = 0;
        for (float gradient : gradients) {
            squares += (double) gradient * gradient;
        }
        double length = Math.sqrt(squares);
        if (!Double.isFinite(length)) {
            throw diverged("gradient", length);
        }
        if (length > settings.clip()) {
            float factor = (float) (settings.clip() / length);
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] *= factor;
            }
        }
    }

    private void save() throws IOException {
        new Checkpoint(step, seconds, values, average, optimizer.first(), optimizer.second()).write(file, layout);
    }

    private void measure(TrainingObserver observer) {
        List<Pair> held = pairs.heldOut();
        if (!held.isEmpty()) {
            Embedded embedded = embed(held);
            observer.measured(
                    step,
                    Retrieval.of(
                            embedded.texts(),
                            embedded.images(),
                            (text, image) ->
                                    held.get(image).isShownBy(held.get(text).caption())),
                    Retrieval.of(
                            embedded.images(),
                            embedded.texts(),
                            (image, text) ->
                                    held.get(image).isShownBy(held.get(text).caption())));
        }
    }

    /// Embeddings of pairs.
    ///
    /// @param images embedding of each image
    /// @param texts  embedding of each caption
    public record Embedded(List<Embedding> images, List<Embedding> texts) {}

    /// Embeds pairs with the trained towers on the engine.
    public Embedded embed(List<Pair> pairs) {
        List<Embedding> images = new ArrayList<>();
        List<Embedding> texts = new ArrayList<>();
        for (int from = 0; from < pairs.size(); from += MEASURED_AT_ONCE) {
            int to = Math.min(pairs.size(), from + MEASURED_AT_ONCE);
            Batch batch = batches.batch(pairs.subList(from, to));
            images.addAll(rows(towers.imageFeatures(average, batch.pixels(), to - from)));
            texts.addAll(rows(towers.textFeatures(average, batch.ids())));
        }
        return new Embedded(images, texts);
    }

    private List<Embedding> rows(float[] features) {
        int width = architecture.dimension();
        return IntStream.range(0, features.length / width)
                .mapToObj(row -> Embedding.normalize(Arrays.copyOfRange(features, row * width, (row + 1) * width)))
                .toList();
    }

    /// Returns the trained towers with the running mean of the weights.
    public TrainedTowers trained() {
        return new TrainedTowers(architecture, layout, average.clone());
    }

    @Override
    public void close() {
        batches.close();
        towers.close();
    }
}
