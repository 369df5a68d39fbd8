package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.IndexBenchmark;
import dev.clipstream.bench.IndexMeasurements;
import dev.clipstream.bench.IndexUnderTest;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.PipelineBenchmark;
import dev.clipstream.bench.decode.DecodeBenchmark;
import dev.clipstream.bench.decode.DecodeMeasurements;
import dev.clipstream.bench.decode.ImageSets;
import dev.clipstream.bench.neighbours.NeighboursBenchmark;
import dev.clipstream.bench.neighbours.NeighboursMeasurements;
import dev.clipstream.bench.neighbours.Scenario;
import dev.clipstream.bench.peers.PeersBenchmark;
import dev.clipstream.bench.peers.PeersMeasurements;
import dev.clipstream.bench.report.DecodeSection;
import dev.clipstream.bench.report.IndexSection;
import dev.clipstream.bench.report.NeighboursSection;
import dev.clipstream.bench.report.PeersSection;
import dev.clipstream.bench.report.PipelineSection;
import dev.clipstream.bench.report.Report;
import dev.clipstream.bench.report.ReportFile;
import dev.clipstream.bench.report.RetagSection;
import dev.clipstream.bench.report.Section;
import dev.clipstream.bench.retag.RetagBenchmark;
import dev.clipstream.bench.retag.RetagMeasurements;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs all benchmarks and writes one report.
@Command(
        name = "all",
        description = {
            "Run the benchmarks one after the other and write one HTML report with charts.",
            "The report is one file that needs no network. A part that fails is reported, and the others still run; the exit"
                    + " code is then 1. Prints one JSON line on standard output, too."
        })
final class BenchAllCommand implements Callable<Integer> {
    private static final List<String> SIZES = List.of("224x224", "640x480", "1600x1200", "4000x3000");
    private static final List<Integer> RETAG_LABELS = List.of(200, 10_000);
    private static final Scope FULL = new Scope(
            new PipelineBenchmark.Extent(1_500, 3, 10_000, 500),
            11,
            NeighboursBenchmark.Extent.FULL,
            new IndexBenchmark.Extent(List.of(10_000), 300, 200),
            new PeersBenchmark.Extent(8, 10, 3),
            new RetagBenchmark.Extent(100_000, RETAG_LABELS, 5));
    private static final Scope QUICK = new Scope(
            new PipelineBenchmark.Extent(200, 2, 2_000, 100),
            3,
            NeighboursBenchmark.Extent.QUICK,
            new IndexBenchmark.Extent(List.of(2_000), 100, 40),
            new PeersBenchmark.Extent(8, 3, 2),
            new RetagBenchmark.Extent(20_000, RETAG_LABELS, 2));

    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "clipstream-bench.html",
            description = "The report. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("");

    @Option(names = "--quick", description = "Measure for about a fifth of the time: enough to try it, not to publish.")
    private boolean quick;

    @Option(
            names = "--index",
            paramLabel = "URL|DIR",
            description = "As of bench index. Default: an embedded index in memory.")
    private @Nullable String index;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "As of bench peers; may be given several times. Default: python3.")
    private List<String> pythons = new ArrayList<>();

    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Object> results = new LinkedHashMap<>();
    private boolean failed;

    /// How much is measured.
    private record Scope(
            PipelineBenchmark.Extent pipeline,
            int decodeRounds,
            NeighboursBenchmark.Extent neighbours,
            IndexBenchmark.Extent index,
            PeersBenchmark.Extent peers,
            RetagBenchmark.Extent retag) {}

    @Override
    public Integer call() throws BenchmarkException, StartException, InterruptedException {
        ReportFile report = ReportFile.open(out);
        options.pullModel();
        Scope scope = quick ? QUICK : FULL;
        Map<String, String> settings = options.settings();
        String model = settings.getOrDefault("clipstream.model.path", "");
        DefaultModelNote.of(settings).ifPresent(BenchOutput::log);
        String named = model.isEmpty() ? "" : " --model " + model;
        part(report, "Pipeline", "clipstream bench pipeline" + named, command -> {
            Measurements found = new PipelineBenchmark(settings, List.of(), scope.pipeline(), BenchOutput::log).run();
            results.put("pipeline", found);
            return PipelineSection.of(found, command);
        });
        part(report, "Decoding", "clipstream bench decode", command -> {
            DecodeMeasurements found = decode(scope.decodeRounds());
            results.put("decode", found);
            return DecodeSection.of(found, command);
        });
        part(report, "Neighbours", "clipstream bench neighbours" + (quick ? " --quick" : ""), command -> {
            NeighboursMeasurements found = new NeighboursBenchmark(
                            withoutModel(settings), EnumSet.allOf(Scenario.class), scope.neighbours(), BenchOutput::log)
                    .run();
            results.put("neighbours", found);
            return NeighboursSection.of(found, command);
        });
        part(report, "Media index", "clipstream bench index" + named, command -> {
            IndexMeasurements found = index(settings, scope.index());
            results.put("index", found);
            return IndexSection.of(found, command);
        });
        part(report, "Tagging again", "clipstream bench retag", command -> {
            RetagMeasurements found = new RetagBenchmark(scope.retag(), BenchOutput::log).run();
            results.put("retag", found);
            return RetagSection.of(found, command);
        });
        part(report, "Beside what users would take instead", "clipstream bench peers" + named, command -> {
            Path bundle = ModelOption.locate(
                            model.isEmpty() ? Home.defaultModel().toString() : model, ModelOptions.DEFAULT)
                    .folder();
            PeersMeasurements found =
                    new PeersBenchmark(bundle, settings, scope.peers(), null, pythons, BenchOutput::log).run();
            results.put("peers", found);
            return PeersSection.of(found, command);
        });
        BenchOutput.json(results);
        BenchOutput.log("the report is " + out);
        return failed ? Failures.INPUT_FAILED : CommandLine.ExitCode.OK;
    }

    /// A model may be slower than the small images arrive.
    private static Map<String, String> withoutModel(Map<String, String> settings) {
        Map<String, String> others = new LinkedHashMap<>(settings);
        others.keySet().removeIf(name -> name.startsWith("clipstream.model."));
        return others;
    }

    private DecodeMeasurements decode(int rounds) throws BenchmarkException, IOException {
        String python = pythons.isEmpty() ? "python3" : pythons.getFirst();
        try (ImageSets sets = ImageSets.create()) {
            return new DecodeBenchmark(rounds, python, BenchOutput::log).run(sets.generated(SIZES), sets.folder());
        }
    }

    private IndexMeasurements index(Map<String, String> settings, IndexBenchmark.Extent extent)
            throws StartException, BenchmarkException, InterruptedException {
        Map<String, String> all = new LinkedHashMap<>(settings);
        if (index != null) {
            all.put(index.contains("://") ? "clipstream.index.url" : "clipstream.index.path", index);
        }
        try (IndexUnderTest test = IndexUnderTest.start(all)) {
            return new IndexBenchmark(test, extent, BenchOutput::log).run();
        }
    }

    /// A benchmark and its section.
    @FunctionalInterface
    private interface Part {
        Section run(String command) throws Exception;
    }

    /// Runs a part, and writes the report with it. A failure must not cost the minutes that the other parts took.
    private void part(ReportFile report, String title, String command, Part part) throws InterruptedException {
        sections.add(section(title, command, part));
        String version = BenchAllCommand.class.getPackage().getImplementationVersion();
        try {
            report.write(new Report(
                    version == null ? "from class files" : version,
                    Clock.systemUTC().instant(),
                    sections));
        } catch (IOException e) {
            failed = true;
            BenchOutput.log("--out: " + Failures.explain(e));
        }
    }

    private Section section(String title, String command, Part part) throws InterruptedException {
        BenchOutput.log(title + ": " + command);
        try {
            return part.run(command);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failed = true;
            String reason = Failures.explain(e);
            BenchOutput.log(title + ": " + reason);
            return Section.failed(title, command, reason);
        }
    }
}
