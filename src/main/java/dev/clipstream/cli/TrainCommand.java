package dev.clipstream.cli;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.ModelException;
import dev.clipstream.runtime.StopSignals;
import dev.clipstream.train.Pair;
import dev.clipstream.train.Pairs;
import dev.clipstream.train.Recipe;
import dev.clipstream.train.Trainer;
import dev.clipstream.train.TrainingFolder;
import dev.clipstream.train.TrainingSettings;
import dev.clipstream.train.engine.EngineMissingException;
import dev.clipstream.train.export.BundleWriter;
import dev.clipstream.train.export.ExportException;
import dev.clipstream.train.export.ModelCard;
import dev.clipstream.train.export.SelfTest;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.text.WordPieceVocabulary;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Pictures with captions to a model bundle.
@Command(
        name = "train",
        description = {
            "Train a small model of your own from pictures with captions, and write it as a bundle that --model opens.",
            "Ctrl-C leaves a usable bundle and a checkpoint for --resume."
        })
final class TrainCommand implements Callable<Integer> {
    /// Longest wait for the step in progress and the export when the program is asked to stop.
    private static final Duration STOPPING = Duration.ofMinutes(3);

    /// What the tokenizer's family takes at most.
    private static final int TEXT_LENGTH = 52;

    /// Pairs that the export is compared on.
    private static final int COMPARED = 32;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The bundle's folder.")
    private Path out = Path.of("");

    @Mixin
    private final PairsOption source = new PairsOption();

    @Option(names = "--resume", description = "Go on with the training that stands in the folder.")
    private boolean resume;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "Time of the training in all, resumed runs counted together. Default: ${DEFAULT-VALUE}.")
    private double minutes = 25;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "End after so many steps, if the time is not over before.")
    private long steps;

    @Option(names = "--batch", paramLabel = "N", description = "Pairs of a step. Default: ${DEFAULT-VALUE}.")
    private int batch = 256;

    @Option(names = "--rate", paramLabel = "R", description = "Highest learning rate. Default: ${DEFAULT-VALUE}.")
    private double rate = 1e-3;

    @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description = "Side of the model's input, a multiple of 8. Default: ${DEFAULT-VALUE}.")
    private int imageSize = 64;

    @Option(
            names = "--image-encoder",
            paramLabel = "resnet|vit",
            description = "A convolutional network, or a vision transformer. Default: ${DEFAULT-VALUE}.")
    private ImageEncoder imageEncoder = ImageEncoder.RESNET;

    @Option(
            names = "--loss",
            paramLabel = "softmax|sigmoid",
            description = "The objective of CLIP, or that of SigLIP. Default: ${DEFAULT-VALUE}.")
    private Loss loss = Loss.SOFTMAX;

    @Option(
            names = "--vocabulary",
            paramLabel = "N",
            description = "Most tokens of the tokenizer. Default: ${DEFAULT-VALUE}.")
    private int vocabularySize = 6000;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "Copies of the towers that compute at once. Default: as many as cores; on a GPU 1.")
    private int replicas;

    /// Objectives.
    enum Loss {
        /// CLIP's.
        SOFTMAX,
        /// SigLIP's.
        SIGMOID
    }

    @Override
    public Integer call() throws IOException, SceneException, ModelException, EngineMissingException, ExportException {
        if (imageSize < 16 || imageSize % 8 != 0) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--image-size takes a multiple of 8 from 16, found " + imageSize);
        }
        TrainingFolder folder = TrainingFolder.in(out);
        if (!resume && Files.exists(folder.checkpoint())) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    out + " holds a training already: add --resume to go on with it, or name another folder");
        }
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch stopped = new CountDownLatch(1);
        StopSignals.onStop(STOPPING, () -> {
            stop.set(true);
            awaitQuietly(stopped);
        });
        try {
            Pairs pairs;
            Recipe recipe;
            if (resume) {
                recipe = folder.recipe().with(settings());
                pairs = source.read(recipe.architecture().imageSize(), seed);
                folder.write(recipe);
            } else {
                pairs = source.read(imageSize, seed);
                recipe = begin(folder, pairs);
            }
            try (ClipTokenizer tokenizer = ClipTokenizer.open(folder.path());
                    Trainer trainer = new Trainer(
                            recipe.settings(),
                            recipe.architecture(),
                            pairs,
                            tokenizer,
                            recipe.preprocessing(),
                            folder.checkpoint())) {
                TrainingProgress progress = new TrainingProgress(folder);
                try (progress) {
                    trainer.train(progress, stop::get);
                }
                export(recipe, trainer, pairs, progress);
            }
        } finally {
            stopped.countDown();
        }
        return CommandLine.ExitCode.OK;
    }

    private Recipe begin(TrainingFolder folder, Pairs pairs) throws IOException {
        WordPieceVocabulary vocabulary = WordPieceVocabulary.of(pairs.vocabulary(), vocabularySize);
        Architecture architecture = new Architecture(
                imageEncoder, imageSize, 128, vocabulary.tokens().size(), TEXT_LENGTH, loss == Loss.SIGMOID);
        Recipe recipe = new Recipe(architecture, settings(), command(), source.describe());
        folder.begin(recipe, vocabulary);
        return recipe;
    }

    private void export(Recipe recipe, Trainer trainer, Pairs pairs, TrainingProgress progress)
            throws IOException, ExportException {
        List<Pair> held = pairs.heldOut().isEmpty() ? pairs.batch(0, COMPARED) : pairs.heldOut();
        List<Pair> compared = held.subList(0, Math.min(COMPARED, held.size()));
        Trainer.Embedded expected = trainer.embed(compared);
        String name = String.valueOf(out.toAbsolutePath().normalize().getFileName());
        ModelCard card = new ModelCard(
                name,
                recipe,
                trainer.parameters(),
                trainer.step(),
                trainer.seconds(),
                progress.textToImage(),
                progress.imageToText());
        double difference = new BundleWriter(out)
                .write(
                        recipe,
                        trainer.trained(),
                        new SelfTest(compared, expected.images(), expected.texts()),
                        card.markdown());
        System.err.printf(
                Locale.ROOT,
                "%s: written after %d steps; ONNX Runtime's vectors differ from PyTorch's by at most %.1e%n",
                out,
                trainer.step(),
                difference);
    }

    private TrainingSettings settings() {
        return new TrainingSettings(batch, rate, 100, 0.05, 1, minutes, steps, seed, replicas, 120, 240);
    }

    private String command() {
        return "clipstream "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
