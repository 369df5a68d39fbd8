package dev.clipstream.train.cli;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.runtime.lifecycle.StopSignals;
import dev.clipstream.train.Recipe;
import dev.clipstream.train.Trainer;
import dev.clipstream.train.TrainingFolder;
import dev.clipstream.train.TrainingSettings;
import dev.clipstream.train.data.Pair;
import dev.clipstream.train.data.Pairs;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Trains a model bundle on images with captions.
@Command(
        name = "train",
        description = {
            "Train a small model of your own from images with captions, and write it as a bundle that --model opens.",
            "Ctrl-C leaves a usable bundle and a checkpoint for --resume."
        })
final class TrainCommand implements Callable<Integer> {
    /// Maximum wait for the current step and the export when the program is asked to stop.
    private static final Duration STOPPING = Duration.ofMinutes(3);

    /// Maximum number of tokens of a text.
    private static final int TEXT_LENGTH = 52;

    private static final int LEAST_VOCABULARY = 200;

    /// Number of pairs on which the export is verified.
    private static final int COMPARED = 32;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The bundle's folder.")
    private Path out = Path.of("");

    @Mixin
    private final PairsOption source = new PairsOption();

    @Option(
            names = "--resume",
            description = "Continue the training in the folder: same images; its settings, unless others are given.")
    private boolean resume;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Total time of the steps including earlier runs; reading the images and writing the bundle come on top. Default: ${DEFAULT-VALUE}.")
    private double minutes = 25;

    @Option(names = "--steps", paramLabel = "N", description = "Stop after this many steps, or when the time is over.")
    private long steps;

    @Option(names = "--batch", paramLabel = "N", description = "Pairs per step. Default: ${DEFAULT-VALUE}.")
    private int batch = 256;

    @Option(names = "--rate", paramLabel = "R", description = "Maximum learning rate. Default: ${DEFAULT-VALUE}.")
    private double rate = 1e-3;

    @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description = "Side of the model's input in pixels, a multiple of 8. Default: ${DEFAULT-VALUE}.")
    private int imageSize = 64;

    @Option(
            names = "--image-encoder",
            paramLabel = "resnet|vit",
            description = "A residual convolutional network or a vision transformer. Default: resnet.")
    private ImageEncoder imageEncoder = ImageEncoder.RESNET;

    @Option(
            names = "--loss",
            paramLabel = "softmax|sigmoid",
            description = "The objective of CLIP or of SigLIP. Default: softmax.")
    private Loss loss = Loss.SOFTMAX;

    @Option(
            names = "--vocabulary",
            paramLabel = "N",
            description = "Maximum size of the tokenizer's vocabulary. Default: ${DEFAULT-VALUE}.")
    private int vocabularySize = 6000;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description =
                    "Copies of the towers that compute in parallel. Default: as many as cores, up to 8; 1 on a GPU.")
    private int replicas;

    /// The training objectives.
    enum Loss {
        /// Softmax cross-entropy, as in CLIP.
        SOFTMAX,
        /// Sigmoid loss, as in SigLIP.
        SIGMOID
    }

    @Override
    public Integer call() throws IOException, SceneException, ModelException, EngineMissingException, ExportException {
        TrainingFolder folder = TrainingFolder.in(out);
        Recipe before = resume ? folder.recipe() : null;
        TrainingSettings settings = checked(folder, before);
        Pairs pairs = source.read(
                before == null ? imageSize : before.architecture().imageSize(),
                before == null ? source.holdOut() : before.holdOut(),
                settings.seed());
        if (before != null && !pairs.digest().equals(before.digest())) {
            throw wrong("--resume: Expected the same images and captions, " + before.digest() + "; found "
                    + pairs.digest() + ". Name the same ones, or begin another training.");
        }
        AtomicInteger asked = new AtomicInteger();
        StopSignals.onSignal(STOPPING, exitCode -> {
            asked.set(exitCode);
            System.err.println(
                    "stopping after the checkpoint and the bundle are written; a second signal stops at once");
        });
        Recipe recipe = before == null ? begin(folder, settings, pairs) : resume(folder, before, settings);
        source.writeHeldOut(folder.heldOut());
        try (ClipTokenizer tokenizer = ModelOpening.openTokenizer(folder.path());
                Trainer trainer = new Trainer(
                        recipe.settings(),
                        recipe.architecture(),
                        pairs,
                        tokenizer,
                        recipe.preprocessing(),
                        folder.checkpoint())) {
            if (before != null) {
                System.err.println("continuing after step " + trainer.step()
                        + (trainer.isOver() ? ", the last one; give larger --minutes or --steps for more" : ""));
            }
            TrainingProgress progress = new TrainingProgress(folder);
            try (progress) {
                trainer.train(progress, () -> asked.get() != 0);
            }
            export(recipe, trainer, pairs, progress);
            if (trainer.isOver()) {
                return CommandLine.ExitCode.OK;
            }
            System.err.println("stopped after " + trainer.step() + " steps; to continue: " + resumeCommand());
            return asked.get();
        }
    }

    /// Returns the settings of the steps: the given options, or else those of the resumed training.
    ///
    /// @param before recipe of the resumed training; null for a new one
    /// @throws CommandLine.ParameterException if an option is invalid
    private TrainingSettings checked(TrainingFolder folder, @Nullable Recipe before) throws IOException {
        if (before == null && Files.exists(folder.checkpoint())) {
            throw wrong("--out: Expected a folder without a training, found one in " + out
                    + ". Add --resume to continue it, or name another folder.");
        }
        if (before == null && Files.isDirectory(out) && !Files.isDirectory(folder.path()) && !isEmpty(out)) {
            throw wrong("--out: Expected a new or an empty folder, found files in " + out
                    + ". Name another folder, or delete it first.");
        }
        if (imageSize < 16 || imageSize % 8 != 0) {
            throw wrong("--image-size: Expected a multiple of 8 of at least 16, found " + imageSize);
        }
        if (vocabularySize < LEAST_VOCABULARY) {
            throw wrong("--vocabulary: Expected at least " + LEAST_VOCABULARY + ", found " + vocabularySize);
        }
        if (!(source.holdOut() >= 0 && source.holdOut() < 1)) {
            throw wrong("--hold-out: Expected a share of at least 0 and below 1, found " + source.holdOut());
        }
        String unfit = source.wrong(this::isTyped);
        if (unfit != null) {
            throw wrong(unfit);
        }
        if (minutes < 0 || steps < 0 || replicas < 0) {
            throw wrong("--minutes, --steps, --replicas: Expected 0 or more, found " + minutes + ", " + steps + " and "
                    + replicas);
        }
        try {
            return before == null
                    ? new TrainingSettings(batch, rate, 100, 0.05, 1, minutes, steps, seed, replicas, 120, 240)
                    : resumed(before);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private TrainingSettings resumed(Recipe before) {
        if (before.digest() == null) {
            throw wrong(
                    "--resume: Expected a training that stores the digest of its images, found one of an older version in "
                            + out + ". Begin another one.");
        }
        if (isTyped("--vocabulary")) {
            throw wrong(
                    "--vocabulary: Expected no value with --resume, found one. The vocabulary is fixed; leave it out.");
        }
        Architecture built = before.architecture();
        requireSame("--image-size", imageSize, built.imageSize());
        requireSame("--image-encoder", imageEncoder, built.imageEncoder());
        requireSame("--loss", loss, built.sigmoid() ? Loss.SIGMOID : Loss.SOFTMAX);
        requireSame("--hold-out", source.holdOut(), before.holdOut());
        TrainingSettings was = before.settings();
        requireSame("--seed", seed, was.seed());
        return new TrainingSettings(
                isTyped("--batch") ? batch : was.batch(),
                isTyped("--rate") ? rate : was.rate(),
                was.warmUp(),
                was.decay(),
                was.clip(),
                isTyped("--minutes") ? minutes : was.minutes(),
                isTyped("--steps") ? steps : was.steps(),
                was.seed(),
                isTyped("--replicas") ? replicas : was.replicas(),
                was.checkpoint(),
                was.measure());
    }

    /// The shapes of the weights and the held-out images cannot change.
    private void requireSame(String option, Object typed, Object was) {
        if (isTyped(option) && !typed.equals(was)) {
            throw wrong(option + ": Expected " + was + ", as in the resumed training, found " + typed
                    + ". Leave it out, or begin another training.");
        }
    }

    private boolean isTyped(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private Recipe begin(TrainingFolder folder, TrainingSettings settings, Pairs pairs) throws IOException {
        WordPieceVocabulary vocabulary = WordPieceVocabulary.of(pairs.vocabulary(), vocabularySize);
        Architecture architecture = new Architecture(
                imageEncoder, imageSize, 128, vocabulary.tokens().size(), TEXT_LENGTH, loss == Loss.SIGMOID);
        Recipe recipe =
                new Recipe(architecture, settings, source.holdOut(), command(), source.describe(), pairs.digest());
        folder.begin(recipe, vocabulary);
        return recipe;
    }

    private Recipe resume(TrainingFolder folder, Recipe before, TrainingSettings settings) throws IOException {
        Recipe recipe = before.resumed(settings, command());
        folder.write(recipe);
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
                "%s: written after %d steps; ONNX Runtime's embeddings differ from PyTorch's by at most %.1e%n",
                out,
                trainer.step(),
                difference);
        System.err.println("to tag with it: clipstream tag --model " + out
                + " --labels LABELS.yaml --image cup.jpg (use labels that occur in its captions)");
    }

    private String command() {
        return "clipstream "
                + spec.commandLine().getParseResult().originalArgs().stream()
                        .map(argument -> argument.matches("[\\w./:=,+@%-]+")
                                ? argument
                                : "'" + argument.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" "));
    }

    private String resumeCommand() {
        return resume ? command() : command() + " --resume";
    }
}
