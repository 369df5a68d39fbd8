package dev.clipstream.train;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.train.evaluate.Retrieval;
import dev.clipstream.train.text.WordPieceVocabulary;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// Measures the throughput of training in pairs per second on this machine: `TrainingSpeed [SIZE] [BATCH] [STEPS]
/// [REPLICAS]`.
final class TrainingSpeed {
    private TrainingSpeed() {}

    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws Exception {
        int size = args.length > 0 ? Integer.parseInt(args[0]) : 64;
        int batch = args.length > 1 ? Integer.parseInt(args[1]) : 256;
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 20;
        int replicas = args.length > 3 ? Integer.parseInt(args[3]) : 0;
        ColouredShapes shapes = new ColouredShapes(size);
        WordPieceVocabulary vocabulary = WordPieceVocabulary.of(shapes.vocabulary(), 4000);
        Path folder = Files.createTempDirectory("training-speed");
        Files.writeString(folder.resolve("tokenizer.json"), vocabulary.json());
        Preprocessing preprocessing = Architecture.preprocessing(size);
        ImageEncoder encoder = args.length > 4 ? ImageEncoder.valueOf(args[4]) : ImageEncoder.RESNET;
        Architecture architecture =
                new Architecture(encoder, size, 128, vocabulary.tokens().size(), 52, false);
        TrainingSettings settings = new TrainingSettings(batch, 1e-3, 50, 0.05, 1, 0, steps, 7, replicas, 1e9, 60);
        try (ClipTokenizer tokenizer = ModelOpening.openTokenizer(folder);
                Trainer trainer = new Trainer(
                        settings, architecture, shapes, tokenizer, preprocessing, folder.resolve("checkpoint"))) {
            System.out.println(trainer.parameters() + " parameters");
            trainer.train(
                    new TrainingObserver() {
                        private long since;

                        @Override
                        public void stepped(StepReport report) {
                            if (report.step() == 3) {
                                since = cpuNanos();
                            }
                            double cpu = (cpuNanos() - since) / 1e9;
                            System.out.printf(
                                    Locale.ROOT,
                                    "%d loss %.4f %.1f/s, %.1f a second of processor time%n",
                                    report.step(),
                                    report.loss(),
                                    report.perSecond(),
                                    report.step() > 3 ? batch * (report.step() - 3) / cpu : 0);
                        }

                        @Override
                        public void measured(long step, Retrieval textToImage, Retrieval imageToText) {
                            System.out.println(step + " " + textToImage + " " + imageToText);
                        }
                    },
                    () -> false);
        }
    }
}
