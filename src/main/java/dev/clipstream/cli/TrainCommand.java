package dev.clipstream.cli;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.ModelException;
import dev.clipstream.runtime.StopSignals;
import dev.clipstream.train.Pairs;
import dev.clipstream.train.Recipe;
import dev.clipstream.train.Trainer;
import dev.clipstream.train.TrainingFolder;
import dev.clipstream.train.TrainingSettings;
import dev.clipstream.train.scene.Annotations;
import dev.clipstream.train.scene.CbdtFont;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.ScenePairs;
import dev.clipstream.train.text.WordPieceVocabulary;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Pictures with captions to a model bundle.
@Command(name = "train", description = "Train a small model of your own from pictures with captions.")
final class TrainCommand implements Callable<Integer> {
    /// Longest wait for the step in progress when the program is asked to stop.
    private static final Duration STOPPING = Duration.ofMinutes(2);

    private static final int TEXT_LENGTH = 52;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The bundle's folder.")
    private Path out = Path.of("");

    @Option(names = "--scenes", description = "Train on scenes that are made up from emoji (Debian's fonts-noto-color-emoji and unicode-cldr-core).")
    private boolean scenes;

    @Option(names = "--resume", description = "Go on with the training that stands in the folder.")
    private boolean resume;

    @Option(names = "--minutes", paramLabel = "N", description = "Time of the training in all. Default: ${DEFAULT-VALUE}.")
    private double minutes = 25;

    @Option(names = "--steps", paramLabel = "N", description = "End after so many steps. Default: the time decides.")
    private long steps;

    @Option(names = "--batch", paramLabel = "N", description = "Pairs of a step. Default: ${DEFAULT-VALUE}.")
    private int batch = 256;

    @Option(names = "--rate", paramLabel = "R", description = "Highest learning rate. Default: ${DEFAULT-VALUE}.")
    private double rate = 1e-3;

    @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--image-size", paramLabel = "PIXELS", description = "Side of the model's input. Default: ${DEFAULT-VALUE}.")
    private int imageSize = 64;

    @Option(names = "--image-encoder", paramLabel = "resnet|vit", description = "Default: ${DEFAULT-VALUE}.")
    private ImageEncoder imageEncoder = ImageEncoder.RESNET;

    @Option(names = "--loss", paramLabel = "softmax|sigmoid", description = "CLIP's or SigLIP's. Default: ${DEFAULT-VALUE}.")
    private Loss loss = Loss.SOFTMAX;

    @Option(names = "--vocabulary", paramLabel = "N", description = "Most tokens. Default: ${DEFAULT-VALUE}.")
    private int vocabularySize = 6000;

    @Option(names = "--replicas", paramLabel = "N", description = "Copies of the towers that compute at once. Default: as many as cores.")
    private int replicas;

    /// Objectives.
    enum Loss {
        /// CLIP's.
        SOFTMAX,
        /// SigLIP's.
        SIGMOID
    }

    @Override
    public Integer call() throws IOException, SceneException, ModelException {
        TrainingFolder folder = TrainingFolder.in(out);
        Recipe recipe;
        Pairs pairs;
        if (resume) {
            recipe = folder.recipe().with(settings());
            folder.write(recipe);
            pairs = pairs(recipe.architecture().imageSize());
        } else {
            if (Files.exists(folder.checkpoint())) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        out + " holds a training already: add --resume to go on with it, or name another folder");
            }
            pairs = pairs(imageSize);
            WordPieceVocabulary vocabulary = WordPieceVocabulary.of(pairs.vocabulary(), vocabularySize);
            Architecture architecture = new Architecture(
                    imageEncoder,
                    imageSize,
                    128,
                    vocabulary.tokens().size(),
                    TEXT_LENGTH,
                    loss == Loss.SIGMOID);
            recipe = new Recipe(architecture, settings(), command(), "scenes");
            folder.begin(recipe, vocabulary);
        }
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch stopped = new CountDownLatch(1);
        StopSignals.onStop(STOPPING, () -> {
            stop.set(true);
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (ClipTokenizer tokenizer = ClipTokenizer.open(folder.path());
                Trainer trainer = new Trainer(
                        recipe.settings(),
                        recipe.architecture(),
                        pairs,
                        tokenizer,
                        recipe.preprocessing(),
                        folder.checkpoint())) {
            System.err.println(trainer.parameters() + " parameters, " + recipe.architecture());
            trainer.train(new TrainingProgress(folder), stop::get);
        } finally {
            stopped.countDown();
        }
        return CommandLine.ExitCode.OK;
    }

    private TrainingSettings settings() {
        return new TrainingSettings(batch, rate, 100, 0.05, 1, minutes, steps, seed, replicas, 120, 240);
    }

    private Pairs pairs(int size) throws SceneException {
        if (!scenes) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--scenes was expected");
        }
        return ScenePairs.open(CbdtFont.DEBIAN, Annotations.DEBIAN, size, seed);
    }

    private String command() {
        return "clipstream train " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }
}
