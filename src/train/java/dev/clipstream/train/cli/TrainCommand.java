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

    private static final int LEAST_VOCABULARY = 200;

    /// Pairs that the export is compared on.
    private static final int COMPARED = 32;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The bundle's folder.")
    private Path out = Path.of("");

    @Mixin
    private final PairsOption source = new PairsOption();

    @Option(
            names = "--resume",
            description =
                    "Go on with the training that stands in the folder: same pictures; its settings, unless others are given.")
    private boolean resume;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Time of the steps in all, resumed runs counted together; reading the pictures and writing the bundle come on top. Default: ${DEFAULT-VALUE}.")
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
            description = "Copies of the towers that compute at once. Default: as many as cores, up to 8; on a GPU 1.")
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
        TrainingFolder folder = TrainingFolder.in(out);
        Recipe before = resume ? folder.recipe() : null;
        TrainingSettings settings = checked(folder, before);
        Pairs pairs = source.read(
                before == null ? imageSize : before.architecture().imageSize(),
                before == null ? source.holdOut() : before.holdOut(),
                settings.seed());
        if (before != null && !pairs.digest().equals(before.digest())) {
            throw wrong("--resume goes on with the same pictures and captions, which were " + before.digest()
                    + "; found " + pairs.digest() + ": name the same ones, or begin another training");
        }
        AtomicInteger asked = new AtomicInteger();
        StopSignals.onSignal(STOPPING, exitCode -> {
            asked.set(exitCode);
            System.err.println("stopping as soon as checkpoint and bundle are written; a second signal ends at once");
        });
        Recipe recipe = before == null ? begin(folder, settings, pairs) : goOn(folder, before, settings);
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
                System.err.println("going on after step " + trainer.step()
                        + (trainer.isOver() ? ", the last one: for more give --minutes or --steps above it" : ""));
            }
            TrainingProgress progress = new TrainingProgress(folder);
            try (progress) {
                trainer.train(progress, () -> asked.get() != 0);
            }
            export(recipe, trainer, pairs, progress);
            if (trainer.isOver()) {
                return CommandLine.ExitCode.OK;
            }
            System.err.println("stopped after " + trainer.step() + " steps; to go on: " + commandToGoOn());
            return asked.get();
        }
    }

    /// The settings of the steps: what was typed, or else those of the training that goes on.
    ///
    /// @param before that training; null: a new one
    /// @throws CommandLine.ParameterException if an option is not as it must be
    private TrainingSettings checked(TrainingFolder folder, @Nullable Recipe before) throws IOException {
        if (before == null && Files.exists(folder.checkpoint())) {
            throw wrong(out + " holds a training already: add --resume to go on with it, or name another folder");
        }
        if (before == null && Files.isDirectory(out) && !Files.isDirectory(folder.path()) && !isEmpty(out)) {
            throw wrong("--out takes a new or an empty folder, found files in " + out
                    + ": name another folder, or delete it first");
        }
        if (imageSize < 16 || imageSize % 8 != 0) {
            throw wrong("--image-size takes a multiple of 8 from 16, found " + imageSize);
        }
        if (vocabularySize < LEAST_VOCABULARY) {
            throw wrong("--vocabulary takes at least " + LEAST_VOCABULARY + ", found " + vocabularySize);
        }
        if (!(source.holdOut() >= 0 && source.holdOut() < 1)) {
            throw wrong("--hold-out takes a part of 0 to below 1, found " + source.holdOut());
        }
        String unfit = source.wrong(this::isTyped);
        if (unfit != null) {
            throw wrong(unfit);
        }
        if (minutes < 0 || steps < 0 || replicas < 0) {
            throw wrong("--minutes, --steps and --replicas take 0 or more, found " + minutes + ", " + steps + " and "
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
            throw wrong("the training in " + out + " is of a version that did not keep which pictures it had: begin"
                    + " another one");
        }
        if (isTyped("--vocabulary")) {
            throw wrong("--vocabulary was decided when the training began: leave it out");
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

    /// What decides the weights' shapes and which pictures are held out cannot change on the way.
    private void requireSame(String option, Object typed, Object was) {
        if (isTyped(option) && !typed.equals(was)) {
            throw wrong(option + " of the training that goes on is " + was + ", found " + typed
                    + ": leave it out, or begin another training");
        }
    }

    private boolean isTyped(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private CommandLine.ParameterException wrong(String said) {
        return new CommandLine.ParameterException(spec.commandLine(), said);
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

    private Recipe goOn(TrainingFolder folder, Recipe before, TrainingSettings settings) throws IOException {
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
                "%s: written after %d steps; ONNX Runtime's vectors differ from PyTorch's by at most %.1e%n",
                out,
                trainer.step(),
                difference);
        System.err.println("to tag with it: clipstream tag --model " + out
                + " --labels LABELS.yaml --image cup.jpg (a label set in the words of its captions)");
    }

    private String command() {
        return "clipstream "
                + spec.commandLine().getParseResult().originalArgs().stream()
                        .map(argument -> argument.matches("[\\w./:=,+@%-]+")
                                ? argument
                                : "'" + argument.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" "));
    }

    private String commandToGoOn() {
        return resume ? command() : command() + " --resume";
    }
}
