package dev.clipstream.bench.device;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.EndToEnd;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.RawSession;
import dev.clipstream.bench.SyntheticImages;
import dev.clipstream.bench.device.DeviceMeasurements.Alone;
import dev.clipstream.bench.device.DeviceMeasurements.Decoding;
import dev.clipstream.bench.device.DeviceMeasurements.Way;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.runtime.settings.StartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Measures a model on a device: alone in each way that the device and the bundle allow, then in the pipeline. Vectors
/// are compared with those of the CPU. Used by one thread.
public final class DeviceBenchmark {
    private static final int PICTURES = 64;
    private static final int CPU_LARGEST_BATCH = 16;
    private static final int GPU_LARGEST_BATCH = 128;

    /// Above this throughput the pipeline's measurement would take long to send.
    private static final int MOST_END_TO_END = 50_000;

    private final Path bundle;
    private final String devices;
    private final Duration each;
    private final Consumer<String> talk;
    private final List<byte[]> pictures = SyntheticImages.jpegs(PICTURES, 640, 480);

    /// Creates a benchmark.
    ///
    /// @param devices such as `cpu` or `cuda:0`; one device
    /// @param each    duration of each measurement
    /// @param talk    receives progress messages
    public DeviceBenchmark(Path bundle, String devices, Duration each, Consumer<String> talk) {
        this.bundle = bundle;
        this.devices = devices;
        this.each = each;
        this.talk = talk;
    }

    /// A way to run the model.
    ///
    /// @param setting whether settings can choose it, so that the pipeline may use it
    private record Plan(String name, ModelOptions options, boolean setting) {}

    /// Runs all parts.
    ///
    /// @param hardware goes into the results
    /// @throws ModelException     if the model does not open on the CPU, or in no way on the device
    /// @throws BenchmarkException if an image does not yield tags
    public DeviceMeasurements run(String hardware)
            throws ModelException, EmbeddingException, OutOfDeviceMemoryException, ImageException, StartException,
                    BenchmarkException, InterruptedException {
        List<String> weights = ModelOpening.weights(bundle);
        talk.accept("opening " + weights.getFirst() + " on cpu, whose vectors are the reference");
        String id;
        List<RgbImage> ready;
        List<Embedding> reference;
        Decoding decoding;
        ModelOptions cpu = ModelOptions.DEFAULT.withDevices("cpu").withWeights(weights.getFirst());
        try (ClipModel model = ModelOpening.open(bundle, cpu)) {
            id = model.identity().id();
            ImagePreprocessor preprocessor =
                    new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT);
            ready = ready(preprocessor);
            reference = embed(model, ready);
            talk.accept("decoding");
            decoding = decoding(preprocessor);
        }
        List<Way> ways = new ArrayList<>();
        Plan fastest = null;
        double most = 0;
        for (Plan plan : plans(weights)) {
            talk.accept("model alone: " + plan.name());
            Way way = measure(plan, ready, reference);
            ways.add(way);
            double best = way.alone().map(Alone::best).orElse(0.0);
            if (plan.setting() && best > most) {
                fastest = plan;
                most = best;
            }
        }
        if (fastest == null) {
            throw new ModelException("the model to run on " + devices, ways.toString(), "check the device");
        }
        talk.accept("pipeline: " + fastest.name());
        int images = (int) Math.clamp(most * 3 * each.toMillis() / 1e3, 64, MOST_END_TO_END);
        EndToEnd endToEnd = EndToEnd.measure(
                Map.of(
                        "clipstream.model.path",
                        bundle + "#" + fastest.options().weights(),
                        "clipstream.model.devices",
                        fastest.options().devices()),
                pictures,
                images,
                images);
        return new DeviceMeasurements(
                Measurements.Machine.here(), hardware, id, ways, decoding, endToEnd, fastest.name());
    }

    private List<Plan> plans(List<String> weights) {
        ModelOptions options =
                ModelOptions.DEFAULT.withDevices(devices).withMaxBatch(gpu() ? GPU_LARGEST_BATCH : CPU_LARGEST_BATCH);
        List<Plan> plans = new ArrayList<>();
        for (String variant : weights) {
            plans.add(new Plan(devices + " " + variant, options.withWeights(variant), true));
        }
        String first = weights.getFirst();
        plans.add(new Plan(
                devices + " " + first + (gpu() ? ", images as floats" : ", images as bytes"),
                options.withWeights(first).withPixels(gpu() ? ModelOptions.Pixels.FLOATS : ModelOptions.Pixels.BYTES),
                false));
        if (devices.startsWith("cuda")) {
            plans.add(new Plan(
                    devices + " " + first + ", TensorFloat-32",
                    options.withWeights(first).withProviderOptions(Map.of("use_tf32", "1")),
                    false));
            String tensorrt = devices.replaceFirst("^cuda", "tensorrt");
            for (String variant :
                    weights.stream().filter(List.of("fp32", "fp16")::contains).toList()) {
                plans.add(new Plan(
                        tensorrt + " " + variant, options.withDevices(tensorrt).withWeights(variant), true));
            }
        }
        return plans;
    }

    private boolean gpu() {
        return !devices.equals("cpu");
    }

    private Way measure(Plan plan, List<RgbImage> ready, List<Embedding> reference)
            throws EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        long startNanos = System.nanoTime();
        try (ClipModel model = ModelOpening.open(bundle, plan.options())) {
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            List<Embedding> vectors = embed(model, ready);
            double sum = 0;
            double least = 1;
            for (int i = 0; i < vectors.size(); i++) {
                double cosine = vectors.get(i).cosine(reference.get(i));
                sum += cosine;
                least = Math.min(least, cosine);
            }
            List<Integer> sizes = RawSession.batchSizes(gpu() ? GPU_LARGEST_BATCH / 2 : 1).stream()
                    .filter(size -> size <= (gpu() ? GPU_LARGEST_BATCH : CPU_LARGEST_BATCH))
                    .toList();
            Map<Integer, Double> rates = new RawSession(model, ready).rates(sizes, each);
            return new Way(
                    plan.name(),
                    Optional.of(new Alone(seconds, new LinkedHashMap<>(rates), sum / vectors.size(), least)),
                    Optional.empty());
        } catch (ModelException e) {
            return new Way(plan.name(), Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private List<RgbImage> ready(ImagePreprocessor preprocessor) throws ImageException {
        List<RgbImage> ready = new ArrayList<>();
        for (byte[] picture : pictures) {
            ready.add(preprocessor.prepare(picture).modelInput());
        }
        return ready;
    }

    /// Embeds in batches of three, which a GPU fills up to four.
    private static List<Embedding> embed(ClipModel model, List<RgbImage> images)
            throws EmbeddingException, OutOfDeviceMemoryException {
        List<Embedding> vectors = new ArrayList<>();
        for (int from = 0; from < images.size(); from += 3) {
            vectors.addAll(
                    model.imageSessions().getFirst().run(images.subList(from, Math.min(images.size(), from + 3))));
        }
        return vectors;
    }

    private Decoding decoding(ImagePreprocessor preprocessor) throws ImageException, InterruptedException {
        decode(preprocessor, each.dividedBy(2)); // for the JIT compiler
        return decode(preprocessor, each);
    }

    private Decoding decode(ImagePreprocessor preprocessor, Duration least)
            throws ImageException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        long cpuBefore = cpuNanos();
        long startNanos = System.nanoTime();
        long decoded = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(cores)) {
            List<Callable<Long>> tasks = new ArrayList<>();
            for (int i = 0; i < cores; i++) {
                tasks.add(() -> {
                    long done = 0;
                    while (System.nanoTime() - startNanos < least.toNanos()) {
                        preprocessor.prepare(pictures.get((int) (done++ % pictures.size())));
                    }
                    return done;
                });
            }
            for (Future<Long> task : threads.invokeAll(tasks)) {
                decoded += task.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ImageException invalid) {
                throw invalid;
            }
            throw new IllegalStateException("Expected images to decode, found " + e.getCause(), e);
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return new Decoding(decoded / seconds, (cpuNanos() - cpuBefore) / 1e6 / decoded);
    }

    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }
}
