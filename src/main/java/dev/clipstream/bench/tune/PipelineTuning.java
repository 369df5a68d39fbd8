package dev.clipstream.bench.tune;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.BrokerProcess;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.PipelineUnderTest;
import dev.clipstream.bench.RawSession;
import dev.clipstream.bench.SyntheticImages;
import dev.clipstream.bench.tune.Tuned.Rate;
import dev.clipstream.bench.tune.Tuned.Tried;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Finds threads, batches in flight and batch size by short runs that narrow the choice.
///
/// 1. The bare model runs with each arrangement of threads and batches. Each arrangement keeps its best batch size.
/// 2. The whole pipeline runs with the best arrangements and with the defaults, because decoding shares the cores. Half
///    of them stay, until one is left.
/// 3. It and the defaults take turns until the time is over.
///
/// At the time limit, the run in hand ends first, and one round of step 3 always runs. Used by one thread.
public final class PipelineTuning {
    private static final int PICTURES = 32;
    private static final double SESSION_SHARE = 0.3;
    private static final double HALVING_SHARE = 0.75;
    private static final int MOST_IN_PIPELINE = 4;
    private static final int ROUNDS = 3;
    private static final int MOST_ROUNDS = 6;
    private static final Duration MOMENT = Duration.ofMillis(100);
    /// A smaller batch with nearly the same throughput answers sooner.
    private static final double NEARLY = 0.97;

    private final Map<String, String> settings;
    private final List<String> weights;
    private final List<byte[]> pictures;
    private final Duration limit;
    private final Consumer<String> talk;
    private final List<Tried> tried = new ArrayList<>();
    private final Map<Candidate, Double> sessionRates = new LinkedHashMap<>();

    /// Creates a tuning.
    ///
    /// @param settings of the pipeline, full names and values
    /// @param weights  to choose from; empty for those that the settings name
    /// @param pictures encoded images, used in turn; empty for synthetic 640×480 JPEGs
    /// @param limit    of the time, at least a few seconds
    /// @param talk     receives progress messages
    public PipelineTuning(
            Map<String, String> settings,
            List<String> weights,
            List<byte[]> pictures,
            Duration limit,
            Consumer<String> talk) {
        this.settings = Map.copyOf(settings);
        this.weights = List.copyOf(weights);
        this.pictures = pictures.isEmpty() ? SyntheticImages.jpegs(PICTURES, 640, 480) : List.copyOf(pictures);
        this.limit = limit;
        this.talk = talk;
    }

    /// Finds the settings.
    ///
    /// @throws StartException             if the model or the pipeline does not start
    /// @throws BenchmarkException         if an image does not yield tags
    /// @throws ImageException             if an image is not valid
    /// @throws EmbeddingException         if the model fails
    /// @throws OutOfDeviceMemoryException if not even a batch of one fits the device
    public Tuned run()
            throws StartException, BenchmarkException, InterruptedException, ImageException, EmbeddingException,
                    OutOfDeviceMemoryException {
        long startNanos = System.nanoTime();
        Defaults defaults = defaults();
        List<Candidate> best = sessions(defaults, startNanos + (long) (SESSION_SHARE * limit.toNanos()));
        try (BrokerProcess broker = BrokerProcess.start(largestPicture())) {
            Candidate challenger =
                    halve(broker, best, defaults.candidate(), startNanos + (long) (HALVING_SHARE * limit.toNanos()));
            List<Rate> finals = finals(broker, List.of(challenger, defaults.candidate()), startNanos + limit.toNanos());
            return decided(defaults, finals);
        }
    }

    /// What the settings without tuning amount to.
    private record Defaults(String model, boolean cpu, Candidate candidate, List<RgbImage> ready) {}

    private Defaults defaults() throws StartException, ImageException {
        talk.accept("opening the model");
        try (ClipModel model = open(Map.of())) {
            ImagePreprocessor preprocessor =
                    new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT);
            List<RgbImage> ready = new ArrayList<>();
            for (byte[] picture : pictures.subList(0, Math.min(PICTURES, pictures.size()))) {
                ready.add(preprocessor.prepare(picture).modelInput());
            }
            boolean cpu = model.imageSessions().getFirst().device().equals("cpu");
            Candidate candidate =
                    given(Settings.of(with(Map.of())), model.describe().weights(), cpu, cores());
            return new Defaults(model.identity().id(), cpu, candidate, ready);
        }
    }

    /// Returns the candidate of settings that were given, with the service's defaults for the others.
    static Candidate given(Settings settings, String weights, boolean cpu, int cores) {
        int threads = settings.model().threads() > 0 ? settings.model().threads() : cores;
        int batches = settings.model().batches() > 0 ? settings.model().batches() : threads;
        int batch = settings.embedding().batch() > 0 ? settings.embedding().batch() : cpu ? 8 : 64;
        return new Candidate(weights, threads, batches, batch);
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private ClipModel open(Map<String, String> candidate) throws StartException {
        return Models.open(Settings.of(with(candidate)));
    }

    private Map<String, String> with(Map<String, String> candidate) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(candidate);
        // weights in the path come before the setting
        all.computeIfPresent(
                "clipstream.model.path", (_, path) -> weights.isEmpty() ? path : path.replaceFirst("#\\w+$", ""));
        return all;
    }

    private int largestPicture() {
        return pictures.stream().mapToInt(picture -> picture.length).max().orElse(0);
    }

    /// Returns the arrangements to try: all cores and all but one, each divided among 1 to as many batches. All weights
    /// come with one arrangement before the next, in case time is short.
    static List<Candidate> arrangements(Candidate defaults, boolean cpu, List<String> weights) {
        List<Candidate> arrangements = new ArrayList<>();
        TreeSet<Integer> threads = new TreeSet<>(List.of(Math.max(1, defaults.threads() - 1), defaults.threads()));
        for (int count : cpu ? threads.descendingSet() : Set.of(defaults.threads())) {
            for (int batches = cpu ? count : 1; batches >= 1; batches /= 2) {
                for (String variant : weights.isEmpty() ? List.of(defaults.weights()) : weights) {
                    arrangements.add(
                            new Candidate(variant, count, cpu ? batches : defaults.batches(), defaults.batch()));
                }
            }
        }
        return arrangements;
    }

    /// Returns the best batch size of each arrangement, the fastest arrangement first.
    private List<Candidate> sessions(Defaults defaults, long deadlineNanos)
            throws StartException, InterruptedException, EmbeddingException, OutOfDeviceMemoryException {
        List<Candidate> arrangements = arrangements(defaults.candidate().withThreads(cores()), defaults.cpu(), weights);
        List<Integer> sizes = defaults.cpu() ? List.of(4, 8, 16, 32) : List.of(16, 32, 64, 128, 256);
        List<Candidate> best = new ArrayList<>();
        for (int i = 0; i < arrangements.size(); i++) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0 && !best.isEmpty()) {
                talk.accept("time is short: " + (arrangements.size() - i) + " arrangements are not tried");
                break;
            }
            Candidate arrangement = arrangements.get(i);
            long endNanos = System.nanoTime() + left / (arrangements.size() - i);
            try (ClipModel model = open(arrangement.settings())) {
                Map<Integer, Double> rates = rates(new RawSession(model, defaults.ready()), sizes, endNanos);
                rates.forEach((size, rate) -> {
                    tried.add(new Tried("session", arrangement.withBatch(size), rate));
                    sessionRates.put(arrangement.withBatch(size), rate);
                });
                Candidate found = arrangement.withBatch(bestSize(rates));
                best.add(found);
                talk.accept(
                        String.format(Locale.ROOT, "bare model, %s: %.1f images/s", found, sessionRates.get(found)));
            }
        }
        best.sort(Comparator.comparingDouble((Candidate candidate) -> sessionRates.getOrDefault(candidate, 0.0))
                .reversed());
        return best;
    }

    /// Measures batch sizes, ascending, until one is clearly slower than another or the time is over; at least one.
    private static Map<Integer, Double> rates(RawSession session, List<Integer> sizes, long endNanos)
            throws InterruptedException, EmbeddingException, OutOfDeviceMemoryException {
        Duration each =
                Duration.ofNanos(Math.max(MOMENT.toNanos(), (endNanos - System.nanoTime()) / (sizes.size() + 1)));
        var _ = session.run(MOMENT, sizes.getFirst());
        Map<Integer, Double> rates = new TreeMap<>();
        double most = 0;
        for (int size : sizes) {
            try {
                double rate = session.run(each, size).perSecond();
                rates.put(size, rate);
                most = Math.max(most, rate);
                if (rate < NEARLY * most || System.nanoTime() > endNanos) {
                    break;
                }
            } catch (OutOfDeviceMemoryException e) {
                if (rates.isEmpty()) {
                    throw e;
                }
                break;
            }
        }
        return rates;
    }

    /// Returns the smallest size that is nearly as fast as the fastest.
    static int bestSize(Map<Integer, Double> rates) {
        double most =
                rates.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return rates.entrySet().stream()
                .filter(rate -> rate.getValue() >= NEARLY * most)
                .mapToInt(Map.Entry::getKey)
                .min()
                .orElseThrow();
    }

    /// Returns the candidate that is left when the slower half of the pipelines drops out again and again.
    private Candidate halve(BrokerProcess broker, List<Candidate> best, Candidate defaults, long deadlineNanos)
            throws StartException, BenchmarkException, InterruptedException {
        List<Candidate> left = new ArrayList<>(best.stream()
                .filter(candidate -> !candidate.equals(defaults))
                .limit(MOST_IN_PIPELINE)
                .toList());
        while (left.size() > 1 && System.nanoTime() < deadlineNanos) {
            int rounds = Integer.SIZE - Integer.numberOfLeadingZeros(left.size() - 1);
            double seconds = (deadlineNanos - System.nanoTime()) / 1e9 / rounds / left.size();
            Map<Candidate, Double> rates = new LinkedHashMap<>();
            for (Candidate candidate : left) {
                rates.put(candidate, pipeline(broker, candidate, seconds));
            }
            left = rates.entrySet().stream()
                    .sorted(Map.Entry.<Candidate, Double>comparingByValue().reversed())
                    .limit((left.size() + 1) / 2)
                    .map(Map.Entry::getKey)
                    .toList();
        }
        return left.isEmpty() ? defaults : left.getFirst();
    }

    /// Runs a new pipeline for about so long, its start included.
    ///
    /// @return images per second
    private double pipeline(BrokerProcess broker, Candidate candidate, double seconds)
            throws StartException, BenchmarkException, InterruptedException {
        long startNanos = System.nanoTime();
        int atOnce = candidate.batch() * candidate.batches();
        try (PipelineUnderTest test =
                PipelineUnderTest.start(with(candidate.settings()), broker, UnaryOperator.identity())) {
            int warm = atOnce;
            double warmRate = warm / test.stream().flood(pictures, warm);
            double left = seconds - (System.nanoTime() - startNanos) / 1e9;
            int count = Math.max(2 * atOnce, (int) (warmRate * left));
            double rate = count / test.stream().flood(pictures, count);
            tried.add(new Tried("pipeline", candidate, rate));
            talk.accept(String.format(Locale.ROOT, "pipeline, %s: %.1f images/s", candidate, rate));
            return rate;
        }
    }

    private List<Rate> finals(BrokerProcess broker, List<Candidate> finalists, long deadlineNanos)
            throws StartException, BenchmarkException, InterruptedException {
        List<Candidate> different = finalists.stream().distinct().toList();
        double seconds = Math.max(1, (deadlineNanos - System.nanoTime()) / 1e9 / (different.size() * ROUNDS));
        Map<Candidate, List<Double>> rates = new LinkedHashMap<>();
        long roundNanos = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            long startNanos = System.nanoTime();
            if (round > 0 && startNanos + roundNanos > deadlineNanos) {
                break;
            }
            for (Candidate candidate : different) {
                rates.computeIfAbsent(candidate, _ -> new ArrayList<>()).add(pipeline(broker, candidate, seconds));
            }
            roundNanos = System.nanoTime() - startNanos;
        }
        List<Rate> finals = new ArrayList<>();
        rates.forEach((candidate, all) -> finals.add(new Rate(
                candidate,
                all.size(),
                all.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                all.stream().mapToDouble(Double::doubleValue).average().orElse(0),
                all.stream().mapToDouble(Double::doubleValue).max().orElse(0))));
        return finals;
    }

    private Tuned decided(Defaults defaults, List<Rate> finals) {
        Decision decision = decide(finals.getFirst(), finals.getLast());
        return new Tuned(
                Measurements.Machine.here(),
                defaults.model(),
                decision.chosen(),
                defaults.candidate(),
                decision.sure(),
                finals,
                tried);
    }

    /// The settings to use, and how sure that is.
    record Decision(Candidate chosen, String sure) {}

    /// Chooses the challenger only if each of its rounds is faster than every round of the defaults.
    static Decision decide(Rate challenger, Rate defaults) {
        if (challenger.candidate().equals(defaults.candidate())) {
            return new Decision(defaults.candidate(), "The defaults are the fastest settings that were tried.");
        }
        double gain = 100 * (challenger.mean() / defaults.mean() - 1);
        if (challenger.rounds() < 2) {
            return new Decision(
                    defaults.candidate(),
                    "The defaults stay: the time limit allowed one round, which says too little. Raise --tune-seconds.");
        }
        if (challenger.least() > defaults.most()) {
            return new Decision(
                    challenger.candidate(),
                    String.format(
                            Locale.ROOT,
                            "%.0f %% more images/s than the defaults; faster in each of %d rounds.",
                            gain,
                            challenger.rounds()));
        }
        return new Decision(
                defaults.candidate(),
                String.format(
                        Locale.ROOT,
                        "The defaults stay: the fastest other settings differ by %.0f %%, within the spread of %d rounds.",
                        gain,
                        challenger.rounds()));
    }
}
