package dev.clipstream.bench;

import dev.clipstream.bench.PipelineUnderTest.Reading;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.runtime.pipeline.Models;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Measures the pipeline against the raw session it contains, in alternation within one run, so that a machine with
/// drifting speed favours neither. Broker (a process of its own), pipeline, producer and consumer share the machine;
/// the raw session has it alone.
public final class PipelineBenchmark {
    private static final Duration PER_BATCH_SIZE = Duration.ofSeconds(2);
    private static final int READY_PICTURES = 64;
    private static final int NO_OP_SIDE = 224;
    private static final int LATENCY_EVENTS_PER_SECOND = 50;

    /// Above this share of the device's rate, latency is dominated by queueing.
    private static final double COMFORTABLE = 0.75;

    private final Map<String, String> settings;
    private final List<byte[]> pictures;
    private final Extent extent;
    private final Consumer<String> talk;

    /// The extent of the benchmark.
    ///
    /// @param pictures      images through the pipeline when the model is the bottleneck, at least one per segment;
    ///                      rounded up to full segments
    /// @param segments      pairs of raw session and pipeline segments, at least 1
    /// @param noOpEvents    events through the pipeline with a no-op device, at least 1
    /// @param latencyEvents events at 50 events/s, at least 1
    public record Extent(int pictures, int segments, int noOpEvents, int latencyEvents) {
        public Extent {
            if (segments < 1 || pictures < segments || noOpEvents < 1 || latencyEvents < 1) {
                throw new IllegalArgumentException(
                        "Expected at least one of each and one image per segment, found " + pictures
                                + " images, " + segments + " segments, " + noOpEvents + " no-op events and "
                                + latencyEvents + " for latency");
            }
        }

        /// 20,000 events with the no-op device and 1,000 for latency.
        public static Extent of(int pictures, int segments) {
            return new Extent(pictures, segments, 20_000, 1_000);
        }

        int segment() {
            return Math.ceilDiv(pictures, segments);
        }
    }

    /// Creates a benchmark.
    ///
    /// @param settings of the pipeline, full names and values
    /// @param pictures encoded images, used in turn; empty for synthetic 640×480 JPEGs
    /// @param extent   of the benchmark
    /// @param talk     receives progress messages
    public PipelineBenchmark(
            Map<String, String> settings, List<byte[]> pictures, Extent extent, Consumer<String> talk) {
        this.settings = Map.copyOf(settings);
        this.pictures = pictures.isEmpty() ? SyntheticImages.jpegs(READY_PICTURES, 640, 480) : List.copyOf(pictures);
        this.extent = extent;
        this.talk = talk;
    }

    /// Runs all parts; takes minutes.
    ///
    /// @throws StartException             if the pipeline does not start
    /// @throws BenchmarkException         if an image does not yield tags
    /// @throws ImageException             if an image is invalid
    /// @throws EmbeddingException         if the raw session fails
    /// @throws OutOfDeviceMemoryException if not even a batch of one fits the device
    public Measurements run()
            throws StartException, BenchmarkException, InterruptedException, ImageException, EmbeddingException,
                    OutOfDeviceMemoryException {
        try (BrokerProcess broker = BrokerProcess.start(largestPicture())) {
            return run(broker);
        }
    }

    private Measurements run(BrokerProcess broker)
            throws StartException, BenchmarkException, InterruptedException, ImageException, EmbeddingException,
                    OutOfDeviceMemoryException {
        Measurements.Memory memory;
        int dimension;
        try (PipelineUnderTest test = PipelineUnderTest.start(settings, broker, UnaryOperator.identity())) {
            ClipModel model = test.pipeline().model();
            dimension = model.identity().dimension();
            talk.accept("memory under load: " + extent.segment() + " images");
            test.stream().flood(pictures, extent.segment());
            // while the process has run nothing but one pipeline
            memory = memory(model);
        }
        // before the comparison with the bare model, so that the JIT compiler is done as in a long-running service
        NoOpDevice noOp = new NoOpDevice(dimension, Duration.ZERO);
        Measurements.Unbound unbound;
        Measurements.Latency latency;
        try (PipelineUnderTest test = PipelineUnderTest.start(settings, broker, device -> noOp)) {
            unbound = unbound(test, broker);
            latency = latency(test, noOp.device());
        }
        try (PipelineUnderTest test = PipelineUnderTest.start(settings, broker, UnaryOperator.identity())) {
            ClipModel model = test.pipeline().model();
            List<RgbImage> ready = ready(model);
            List<Integer> sizes = RawSession.batchSizes(test.pipeline().maxBatch());
            Measurements.Session session;
            Measurements.Limited limited;
            try (ClipModel other = otherArrangement(model)) {
                RawSession raw = new RawSession(model, ready);
                session = session(model, raw, sizes);
                RawSession rearranged = new RawSession(other, ready);
                Measurements.Session second = session(other, rearranged, sizes);
                if (second.best() > session.best()) {
                    session = second;
                    raw = rearranged;
                }
                limited = limited(test, broker, raw, session.bestBatch());
            }
            if (LATENCY_EVENTS_PER_SECOND < COMFORTABLE * limited.picturesPerSecond()) {
                latency = latency(test, session.device());
            }
            return new Measurements(Measurements.Machine.here(), session, limited, unbound, latency, memory);
        }
    }

    private int largestPicture() {
        return pictures.stream()
                .mapToInt(picture -> picture.length)
                .max()
                .orElseThrow(() -> new IllegalStateException("Expected images, found none"));
    }

    private List<RgbImage> ready(ClipModel model) throws ImageException {
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT);
        List<RgbImage> ready = new ArrayList<>();
        for (byte[] picture : pictures.subList(0, Math.min(READY_PICTURES, pictures.size()))) {
            ready.add(preprocessor.prepare(picture).modelInput());
        }
        return ready;
    }

    /// Opens the model in the faster of two forms for the raw session: on a CPU with one batch at a time on all
    /// threads, or like the pipeline with one batch per thread.
    private ClipModel otherArrangement(ClipModel model) throws StartException {
        int batches = model.imageSessions().getFirst().batchesAtOnce() > 1 ? 1 : 0;
        Map<String, String> other = new HashMap<>(settings);
        other.put("clipstream.model.batches", Integer.toString(batches));
        return Models.open(Settings.of(other));
    }

    private Measurements.Session session(ClipModel model, RawSession raw, List<Integer> sizes)
            throws EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        talk.accept("raw session by batch size, " + raw.batchesAtOnce() + " at once");
        Map<Integer, Double> rates = raw.rates(sizes, PER_BATCH_SIZE);
        int best = rates.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow(() -> new IllegalStateException("Expected a throughput, found none"))
                .getKey();
        return new Measurements.Session(
                model.identity().id(), model.imageSessions().getFirst().device(), rates, best, raw.batchesAtOnce());
    }

    private Measurements.Limited limited(PipelineUnderTest test, BrokerProcess broker, RawSession raw, int batch)
            throws BenchmarkException, InterruptedException, EmbeddingException, OutOfDeviceMemoryException {
        int each = extent.segment();
        double[] ratios = new double[extent.segments()];
        int rawPictures = 0;
        double rawSeconds = 0;
        double seconds = 0;
        double rawCpuSeconds = 0;
        Map<String, Double> cpuSeconds = new HashMap<>();
        test.forgetBatches();
        for (int i = 0; i < ratios.length; i++) {
            CpuShares bareCpu = new CpuShares(broker.handle());
            RawSession.Runs bare = raw.run(each, batch);
            rawCpuSeconds += bareCpu.total();
            CpuShares wholeCpu = new CpuShares(broker.handle());
            double whole = test.stream().flood(pictures, each);
            wholeCpu.seconds().forEach((group, used) -> cpuSeconds.merge(group, used, Double::sum));
            rawPictures += bare.pictures();
            rawSeconds += bare.seconds();
            seconds += whole;
            ratios[i] = each / whole / bare.perSecond();
            talk.accept(String.format(
                    Locale.ROOT,
                    "segment %d of %d: raw session %.1f images/s, pipeline %.1f, ratio %.3f",
                    i + 1,
                    ratios.length,
                    bare.perSecond(),
                    each / whole,
                    ratios[i]));
        }
        double rate = each * ratios.length / seconds;
        double rawRate = rawPictures / rawSeconds;
        Percentiles spread = new Percentiles(ratios);
        return new Measurements.Limited(
                each * ratios.length,
                rate,
                rawRate,
                rate / rawRate,
                List.of(spread.at(0), spread.at(50), spread.at(100)),
                test.batches(),
                cpuSeconds,
                rawCpuSeconds * each * ratios.length / rawPictures);
    }

    private Measurements.Unbound unbound(PipelineUnderTest test, BrokerProcess broker)
            throws BenchmarkException, InterruptedException {
        List<byte[]> small = SyntheticImages.jpegs(READY_PICTURES, NO_OP_SIDE, NO_OP_SIDE);
        int events = extent.noOpEvents();
        talk.accept("no-op device: warming up");
        test.stream().flood(small, events);
        talk.accept("no-op device: " + events + " events");
        test.forgetBatches();
        Reading before = test.read();
        CpuShares cpu = new CpuShares(broker.handle());
        double seconds = test.stream().flood(small, events);
        return new Measurements.Unbound(
                events,
                events / seconds,
                test.batches(),
                cpu.seconds(),
                test.read().stageMillisSince(before));
    }

    private Measurements.Latency latency(PipelineUnderTest test, String device)
            throws BenchmarkException, InterruptedException {
        talk.accept("latency at " + LATENCY_EVENTS_PER_SECOND + " events/s, device " + device);
        Percentiles latencies = test.stream().paced(pictures, extent.latencyEvents(), LATENCY_EVENTS_PER_SECOND);
        return new Measurements.Latency(device, LATENCY_EVENTS_PER_SECOND, latencies.at(50), latencies.at(99));
    }

    private static Measurements.@Nullable Memory memory(ClipModel model) {
        OptionalLong peak = ProcessMemory.peakResidentBytes();
        return peak.isEmpty() ? null : new Measurements.Memory(model.describe().weightsBytes(), peak.getAsLong());
    }
}
