package dev.clipstream.bench.retag;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.BrokerProcess;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.Percentiles;
import dev.clipstream.bench.SyntheticVectors;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.clip.product.VectorProduct;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.BatchTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Measures how fast the vectors in a store are tagged again, on one thread: the bare matrix product, scoring, reading
/// the store, and reading and scoring together. All take turns, and the thread's processor time counts, so that a busy
/// machine slows them alike.
public final class RetagBenchmark {
    /// Whole blocks of any size.
    private static final int IN_MEMORY = 2_016;
    private static final double TURN_SECONDS = 0.2;
    private static final ModelIdentity MODEL = new ModelIdentity("synthetic", "0".repeat(64), 512);
    private static final Scoring CLIP = new Scoring(Scoring.Kind.SOFTMAX, 100, 0);

    private final Extent extent;
    private final Consumer<String> log;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    /// How much is measured.
    ///
    /// @param media  vectors in the store, at least 1
    /// @param labels sizes of the label sets, each at least 1
    /// @param rounds turns of each, at least 1
    public record Extent(int media, List<Integer> labels, int rounds) {
        /// @throws IllegalArgumentException if a number is too small; the message starts with the option
        public Extent {
            labels = List.copyOf(labels);
            require("--media", media);
            labels.forEach(count -> require("--labels", count));
            require("--rounds", rounds);
        }

        private static void require(String option, int count) {
            if (count < 1) {
                throw new IllegalArgumentException(option + ": Expected at least 1, found " + count + ". Raise it.");
            }
        }
    }

    /// @param log receives what the run does
    public RetagBenchmark(Extent extent, Consumer<String> log) {
        this.extent = extent;
        this.log = log;
    }

    /// Runs the benchmark.
    ///
    /// @throws BenchmarkException if the broker does not start, or Kafka Streams fails
    public RetagMeasurements run() throws BenchmarkException, InterruptedException {
        try (BrokerProcess broker = BrokerProcess.start(0)) {
            log.accept("filling a store with " + extent.media() + " vectors of " + MODEL.dimension());
            return StoredVectors.use(broker, extent.media(), MODEL, this::measure);
        }
    }

    private RetagMeasurements measure(StoredVectors stored) {
        SyntheticVectors synthetic = new SyntheticVectors(MODEL.dimension());
        List<Embedding> inMemory = IntStream.range(0, Math.min(IN_MEMORY, extent.media()))
                .mapToObj(synthetic::at)
                .toList();
        List<RetagMeasurements.Row> rows = new ArrayList<>();
        List<Double> reads = new ArrayList<>();
        for (int labels : extent.labels()) {
            for (LabelSet.Mode mode : LabelSet.Mode.values()) {
                log.accept(labels + " labels, mode " + mode);
                rows.add(row(stored, inMemory, labels, mode, reads));
            }
        }
        return new RetagMeasurements(
                Measurements.Machine.here(), extent.media(), MODEL.dimension(), median(reads), List.copyOf(rows));
    }

    private RetagMeasurements.Row row(
            StoredVectors stored, List<Embedding> inMemory, int labels, LabelSet.Mode mode, List<Double> reads) {
        TextEncoder texts = new SyntheticTexts();
        ZeroShotTagger tagger = ZeroShotTagger.create(labelSet(labels, mode), texts, CLIP, MODEL);
        List<Embedding> columns = IntStream.range(0, labels)
                .mapToObj(label -> texts.encode(List.of(name(label))).getFirst())
                .toList();
        try (BatchTagger batch = new BatchTagger(TaggerSnapshot.of(tagger));
                VectorProduct product = VectorProduct.open(columns, batch.maxImages())) {
            int block = batch.maxImages();
            List<Embedding> first = inMemory.subList(0, Math.min(block, inMemory.size()));
            product.multiply(first);
            List<Double> products = new ArrayList<>();
            List<Double> scores = new ArrayList<>();
            List<Double> ends = new ArrayList<>();
            for (int round = -1; round < extent.rounds(); round++) {
                double bare = perSecond(() -> {
                    product.multiplyAgain(first.size());
                    return first.size();
                });
                double score = perSecond(() -> {
                    for (int start = 0; start < inMemory.size(); start += block) {
                        batch.tag(inMemory.subList(start, Math.min(start + block, inMemory.size())));
                    }
                    return inMemory.size();
                });
                double read = perSecond(() -> stored.read(IN_MEMORY, block, vectors -> {}));
                double end = perSecond(() -> stored.read(IN_MEMORY, block, batch::tag));
                if (round >= 0) { // the round before it is for the compiler
                    products.add(bare);
                    scores.add(score);
                    reads.add(read);
                    ends.add(end);
                }
            }
            double score = median(scores);
            return new RetagMeasurements.Row(
                    labels,
                    mode,
                    block,
                    1e3 * block / score,
                    median(products),
                    2e-9 * labels * MODEL.dimension() * median(products),
                    score,
                    median(ends));
        }
    }

    /// Some work, which returns the number of vectors.
    @FunctionalInterface
    private interface Turn {
        int run();
    }

    private double perSecond(Turn turn) {
        long begin = threads.getCurrentThreadCpuTime();
        long vectors = 0;
        double seconds;
        do {
            vectors += turn.run();
            seconds = (threads.getCurrentThreadCpuTime() - begin) / 1e9;
        } while (seconds < TURN_SECONDS);
        return vectors / seconds;
    }

    private static double median(List<Double> values) {
        return new Percentiles(values.stream().mapToDouble(Double::doubleValue).toArray()).at(50);
    }

    private static LabelSet labelSet(int labels, LabelSet.Mode mode) {
        return new LabelSet(
                "bench",
                "1",
                "en",
                mode,
                5,
                mode == LabelSet.Mode.EXCLUSIVE ? 0.05 : 0.5,
                List.of(),
                List.of(),
                IntStream.range(0, labels)
                        .mapToObj(label -> Label.of(name(label), Map.of("en", name(label))))
                        .toList());
    }

    private static String name(int label) {
        return "label-" + label;
    }

    /// Texts whose vectors lie around those of the media.
    private static final class SyntheticTexts implements TextEncoder {
        private final SyntheticVectors vectors = new SyntheticVectors(MODEL.dimension());

        @Override
        public List<Embedding> encode(List<String> texts) {
            return texts.stream()
                    .map(text -> vectors.at(-1 - (text.hashCode() & 0xffffffL)))
                    .toList();
        }
    }
}
