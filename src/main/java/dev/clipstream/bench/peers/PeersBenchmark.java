package dev.clipstream.bench.peers;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.SyntheticImages;
import dev.clipstream.bench.peers.PeersMeasurements.Absent;
import dev.clipstream.bench.peers.PeersMeasurements.Row;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.bundle.BundleFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Measures the raw session and the pipeline beside Python peers: same image files, same architecture, same batch, all
/// processors for whoever's turn it is.
///
/// All contenders are started first and take turns, so that a machine with drifting speed favours none. Used by one
/// thread.
public final class PeersBenchmark {
    private static final int PICTURES = 64;
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final String PYTHON = "python3";
    private static final List<String> WEIGHTS = List.of("fp32", "int8");

    private final Path bundle;
    private final Map<String, String> settings;
    private final Extent extent;
    private final @Nullable Path images;
    private final List<String> pythons;
    private final Consumer<String> talk;

    /// The extent of the benchmark.
    ///
    /// @param batch   images in a batch, at least 1
    /// @param seconds of each turn, at least 1
    /// @param rounds  turns of each contender, at least 1
    public record Extent(int batch, int seconds, int rounds) {
        public Extent {
            if (batch < 1 || seconds < 1 || rounds < 1) {
                throw new IllegalArgumentException("Expected at least one image in a batch, one second and one round,"
                        + " found " + batch + ", " + seconds + " and " + rounds);
            }
        }
    }

    /// A contender to start.
    ///
    /// @param unset variables of this process's environment that it does not get
    private record Contender(String name, String weights, List<String> command, List<String> unset) {}

    /// Creates a benchmark.
    ///
    /// @param bundle   the model, with an image tower of its own; fp32 weights, and int8 ones if it has them
    /// @param settings of the pipeline, full names and values
    /// @param images   a folder of image files; null for generated 640×480 JPEGs
    /// @param pythons  interpreters in whose environments peers are looked for; empty for `python3`, if it runs
    /// @param talk     receives progress messages
    public PeersBenchmark(
            Path bundle,
            Map<String, String> settings,
            Extent extent,
            @Nullable Path images,
            List<String> pythons,
            Consumer<String> talk) {
        this.bundle = bundle;
        this.settings = Map.copyOf(settings);
        this.extent = extent;
        this.images = images;
        this.pythons = List.copyOf(pythons);
        this.talk = talk;
    }

    /// Runs all parts; takes minutes.
    ///
    /// @throws ModelException     if the bundle has no fp32 weights
    /// @throws BenchmarkException if an interpreter that was named does not run
    /// @throws IOException        if the images cannot be read or written
    public PeersMeasurements run() throws ModelException, BenchmarkException, InterruptedException, IOException {
        Path folder = Files.createTempDirectory("clipstream-peers");
        try {
            Path pictures = images == null ? generate(folder.resolve("pictures")) : images;
            Path script = PythonPeer.writeScript(folder);
            List<Absent> absent = new ArrayList<>();
            List<Contender> contenders = contenders(pictures, script, absent);
            return measured(contenders, absent);
        } finally {
            delete(folder);
        }
    }

    private static Path generate(Path folder) throws IOException {
        Files.createDirectory(folder);
        List<byte[]> jpegs = SyntheticImages.jpegs(PICTURES, WIDTH, HEIGHT);
        for (int i = 0; i < jpegs.size(); i++) {
            Files.write(folder.resolve(String.format(Locale.ROOT, "%04d.jpg", i)), jpegs.get(i));
        }
        return folder;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }

    private List<Contender> contenders(Path pictures, Path script, List<Absent> absent)
            throws ModelException, BenchmarkException, InterruptedException {
        List<String> available =
                BundleFiles.available(BundleFiles.find(bundle, "fp32").root());
        Map<PythonPeer, String> found = PythonPeer.find(pythons, PYTHON, script);
        List<Contender> contenders = new ArrayList<>();
        for (String weights : WEIGHTS.stream().filter(available::contains).toList()) {
            contenders.add(ours("raw session on ready tensors", PeerProgram.RAW, weights, pictures));
            contenders.add(ours(PeersMeasurements.PIPELINE, PeerProgram.PIPELINE, weights, pictures));
            for (PythonPeer peer : PythonPeer.values()) {
                String python = found.get(peer);
                if (python != null && (weights.equals("fp32") || peer == PythonPeer.ONNXRUNTIME)) {
                    BundleFiles files = BundleFiles.find(bundle, weights);
                    contenders.add(new Contender(
                            peer.title(),
                            weights,
                            List.of(
                                    python,
                                    script.toString(),
                                    "serve",
                                    peer.script(),
                                    files.root().toString(),
                                    files.imageGraph().toString(),
                                    pictures.toString(),
                                    Integer.toString(extent.batch())),
                            PythonPeer.UNSET));
                }
            }
        }
        for (PythonPeer peer : PythonPeer.values()) {
            if (!found.containsKey(peer)) {
                absent.add(new Absent(
                        peer.title(),
                        "not installed for " + (pythons.isEmpty() ? PYTHON : String.join(", ", pythons)) + ": "
                                + peer.install() + ", then --python PATH"));
            }
        }
        return contenders;
    }

    private Contender ours(String name, String kind, String weights, Path pictures) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                PeerProgram.class.getName(),
                kind,
                pictures.toString(),
                Integer.toString(extent.batch())));
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("clipstream.model.path", bundle + "#" + weights);
        all.forEach((setting, value) -> command.add(setting + "=" + value));
        return new Contender(name, weights, command, List.of());
    }

    private PeersMeasurements measured(List<Contender> contenders, List<Absent> absent) {
        Map<Contender, PeerProcess> running = new LinkedHashMap<>();
        try {
            Map<Contender, Integer> counts = new LinkedHashMap<>();
            for (Contender contender : contenders) {
                talk.accept("starting " + contender.name() + ", " + contender.weights());
                try {
                    PeerProcess process = PeerProcess.start(contender.command(), contender.unset());
                    running.put(contender, process);
                    counts.put(contender, warmUp(process));
                } catch (BenchmarkException e) {
                    absent.add(absent(contender, e));
                }
            }
            Map<Contender, List<PeerProcess.Run>> runs = new LinkedHashMap<>();
            for (int round = 0; round < extent.rounds(); round++) {
                for (Contender contender : List.copyOf(counts.keySet())) {
                    PeerProcess.Run run;
                    try {
                        run = process(running, contender).run(counts.getOrDefault(contender, 1));
                    } catch (BenchmarkException e) {
                        absent.add(absent(contender, e));
                        counts.remove(contender);
                        runs.remove(contender);
                        continue;
                    }
                    runs.computeIfAbsent(contender, _ -> new ArrayList<>()).add(run);
                    talk.accept(String.format(
                            Locale.ROOT,
                            "round %d of %d: %s, %s: %.1f images/s",
                            round + 1,
                            extent.rounds(),
                            contender.name(),
                            contender.weights(),
                            run.perSecond()));
                }
            }
            return new PeersMeasurements(
                    Measurements.Machine.here(),
                    bundle.toString(),
                    images == null ? WIDTH + "x" + HEIGHT + " JPEGs" : "of " + images,
                    extent.batch(),
                    extent.rounds(),
                    rows(runs, running),
                    absent);
        } finally {
            running.values().forEach(PeerProcess::close);
        }
    }

    private static Absent absent(Contender contender, BenchmarkException failure) {
        return new Absent(contender.name() + ", " + contender.weights(), String.valueOf(failure.getMessage()));
    }

    private static PeerProcess process(Map<Contender, PeerProcess> running, Contender contender) {
        PeerProcess process = running.get(contender);
        if (process == null) {
            throw new IllegalStateException("Expected a process of " + contender.name() + ", found none");
        }
        return process;
    }

    /// Runs a contender for as long as a turn, and returns how many images a turn has.
    private int warmUp(PeerProcess process) throws BenchmarkException {
        int count = extent.batch() * Runtime.getRuntime().availableProcessors();
        PeerProcess.Run run = process.run(count);
        double seconds = run.seconds();
        while (seconds < extent.seconds()) {
            double left = extent.seconds() - seconds;
            run = process.run(Math.max(count, (int) (run.perSecond() * Math.min(left, extent.seconds() / 2.0))));
            seconds += run.seconds();
        }
        return Math.max(count, (int) Math.round(run.perSecond() * extent.seconds()));
    }

    private static List<Row> rows(Map<Contender, List<PeerProcess.Run>> runs, Map<Contender, PeerProcess> running) {
        Double loop = null;
        for (Map.Entry<Contender, List<PeerProcess.Run>> entry : runs.entrySet()) {
            Contender contender = entry.getKey();
            if (contender.name().equals(PythonPeer.ONNXRUNTIME.title())
                    && contender.weights().equals("fp32")) {
                loop = rate(entry.getValue());
            }
        }
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<Contender, List<PeerProcess.Run>> entry : runs.entrySet()) {
            List<PeerProcess.Run> all = entry.getValue();
            rows.add(new Row(
                    entry.getKey().name(),
                    entry.getKey().weights(),
                    process(running, entry.getKey()).version(),
                    rate(all),
                    all.stream().mapToDouble(PeerProcess.Run::perSecond).min().orElse(0),
                    all.stream().mapToDouble(PeerProcess.Run::perSecond).max().orElse(0),
                    loop == null ? null : rate(all) / loop,
                    1000 * all.stream().mapToDouble(PeerProcess.Run::cpuSeconds).sum() / pictures(all),
                    all.getLast().peakBytes()));
        }
        return rows;
    }

    private static double rate(List<PeerProcess.Run> runs) {
        return pictures(runs)
                / runs.stream().mapToDouble(PeerProcess.Run::seconds).sum();
    }

    private static int pictures(List<PeerProcess.Run> runs) {
        return runs.stream().mapToInt(PeerProcess.Run::pictures).sum();
    }
}
