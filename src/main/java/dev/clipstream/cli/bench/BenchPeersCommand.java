package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.peers.PeersBenchmark;
import dev.clipstream.bench.peers.PeersMeasurements;
import dev.clipstream.bench.peers.PeersMeasurements.Row;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.runtime.settings.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures Clipstream beside what users would take instead.
@Command(
        name = "peers",
        description = {
            "Measure Clipstream beside infinity, transformers and a bare ONNX Runtime loop in Python.",
            "All embed the same image files with the same architecture, in batches of the same size, and take turns on all"
                    + " processors. A peer is measured where an environment of --python has its packages. Prints a table on"
                    + " standard error and one JSON line on standard output."
        })
final class BenchPeersCommand implements Callable<Integer> {
    private static final String ROW = "  %-34s %-7s %22s %8s %12s %12s%n";

    @Spec
    private CommandSpec spec;

    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "A Python interpreter with peers; may be given several times. Default: python3.")
    private List<String> pythons = new ArrayList<>();

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "A folder of image files. Default: generated 640×480 JPEGs.")
    private @Nullable Path images;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "8",
            description = "Images in a batch. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Length of each turn; the warm-up takes as long. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Turns of each. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Override
    public Integer call() throws ModelException, BenchmarkException, InterruptedException, IOException {
        PeersBenchmark.Extent extent;
        try {
            extent = new PeersBenchmark.Extent(batch, seconds, rounds);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        Map<String, String> settings = new LinkedHashMap<>(options.settings());
        String model = settings.getOrDefault(
                "clipstream.model.path", Home.defaultModel().toString());
        DefaultModelNote.of(settings).ifPresent(BenchOutput::log);
        PeersMeasurements found = new PeersBenchmark(
                        ModelOption.locate(model, ModelOptions.DEFAULT).folder(),
                        settings,
                        extent,
                        images,
                        pythons,
                        BenchOutput::log)
                .run();
        print(found);
        BenchOutput.json(found);
        return CommandLine.ExitCode.OK;
    }

    private static void print(PeersMeasurements found) {
        System.err.printf(
                Locale.ROOT, ROW, found.images(), "weights", "images/s", "to loop", "CPU ms/image", "peak memory");
        for (Row row : found.rows()) {
            System.err.printf(
                    Locale.ROOT,
                    ROW,
                    row.name(),
                    row.weights(),
                    String.format(Locale.ROOT, "%.1f (%.1f–%.1f)", row.picturesPerSecond(), row.least(), row.most()),
                    row.toLoop() == null ? "" : String.format(Locale.ROOT, "%.2f×", row.toLoop()),
                    String.format(Locale.ROOT, "%.1f", row.cpuMillis()),
                    (row.peakBytes() >> 20) + " MiB");
        }
        found.absent().forEach(absent -> System.err.println("  " + absent.name() + ": " + absent.reason()));
    }
}
