package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.IndexBenchmark;
import dev.clipstream.bench.IndexMeasurements;
import dev.clipstream.bench.IndexUnderTest;
import dev.clipstream.bench.report.IndexSection;
import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.runtime.settings.StartException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures writes to and searches in the media index.
@Command(
        name = "index",
        description = {
            "Measure writes to and searches in the media index.",
            "Writes alternate with those of a bare client of the same Redis. Searches are measured as the index grows, over"
                    + " HTTP and under load, as is the delay from upload to search result. Prints a table on standard"
                    + " error and one JSON line on standard output."
        })
final class BenchIndexCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--index",
            paramLabel = "URL|DIR",
            description =
                    "A Redis, in which the run uses its own key prefix and removes its keys at the end, or an empty"
                            + " folder for an embedded index. Default: an embedded index in memory.")
    private @Nullable String index;

    @Option(
            names = "--media",
            paramLabel = "N",
            split = ",",
            defaultValue = "10000",
            description = "Index sizes at which searches are measured, ascending. Default: ${DEFAULT-VALUE}.")
    private List<Integer> media = List.of();

    @Option(
            names = "--queries",
            paramLabel = "N",
            defaultValue = "500",
            description = "Searches of each kind. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
            names = "--uploads",
            paramLabel = "N",
            defaultValue = "400",
            description = "Uploads that are timed until search finds them, 20 per second. Default: ${DEFAULT-VALUE}.")
    private int uploads;

    @Override
    public Integer call() throws StartException, BenchmarkException, InterruptedException {
        IndexBenchmark.Extent extent;
        try {
            extent = new IndexBenchmark.Extent(media, queries, uploads);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        Map<String, String> settings = new LinkedHashMap<>(options.settings());
        if (index != null) {
            settings.put(index.contains("://") ? "clipstream.index.url" : "clipstream.index.path", index);
        }
        IndexMeasurements found;
        try (IndexUnderTest test = IndexUnderTest.start(settings)) {
            found = new IndexBenchmark(test, extent, BenchOutput::log).run();
        }
        BenchOutput.table(IndexSection.rows(found));
        BenchOutput.json(found);
        return CommandLine.ExitCode.OK;
    }
}
