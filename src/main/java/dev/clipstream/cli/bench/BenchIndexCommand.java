package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.IndexBenchmark;
import dev.clipstream.bench.IndexMeasurements;
import dev.clipstream.bench.IndexMeasurements.Http;
import dev.clipstream.bench.IndexMeasurements.Loaded;
import dev.clipstream.bench.IndexMeasurements.Lookups;
import dev.clipstream.bench.IndexMeasurements.Searchable;
import dev.clipstream.bench.IndexMeasurements.Writes;
import dev.clipstream.bench.IndexUnderTest;
import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.runtime.settings.StartException;
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
import tools.jackson.databind.json.JsonMapper;

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
            found = new IndexBenchmark(test, extent, BenchIndexCommand::log).run();
        }
        table(found).forEach((what, value) -> System.err.printf(Locale.ROOT, "  %-58s %s%n", what, value));
        System.out.println(JsonMapper.builder().build().writeValueAsString(found));
        return CommandLine.ExitCode.OK;
    }

    private static Map<String, String> table(IndexMeasurements found) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put(
                "machine",
                found.machine().cores() + " cores, Java " + found.machine().java());
        rows.put("index", found.index() + ", vectors of " + found.dimension());
        Writes writes = found.writes();
        if (writes != null) {
            rows.put(
                    "writes of " + writes.media() + " media, vector and tags",
                    String.format(Locale.ROOT, "%.0f/s", writes.perSecond())
                            + String.format(
                                    Locale.ROOT,
                                    ", a bare client %.0f/s, ratio %.2f",
                                    writes.barePerSecond(),
                                    writes.ratio()));
            if (writes.bytesPerMedium() != null) {
                rows.put(
                        "memory per medium",
                        String.format(
                                        Locale.ROOT,
                                        "%.0f bytes, of which a float32 vector would be ",
                                        writes.bytesPerMedium())
                                + writes.vectorBytes());
            }
        }
        for (IndexMeasurements.Size size : found.sizes()) {
            rows.put("search for 10 among " + size.media(), lookups(size.all()));
            rows.put("  with a filter that matches 1 %, among " + size.media(), lookups(size.filtered()));
            rows.put("  writes up to " + size.media(), String.format(Locale.ROOT, "%.0f/s", size.perSecond()));
        }
        Http http = found.http();
        rows.put(
                "by vector over HTTP, at the first index size",
                String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms", http.p50Millis(), http.p99Millis())
                        + (http.bareP50Millis() == null
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; a bare client's query p50 %.2f ms, p99 %.2f ms",
                                        http.bareP50Millis(),
                                        http.bareP99Millis())));
        Loaded loaded = found.loaded();
        rows.put(
                "by uncached text over HTTP",
                String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms", loaded.idleP50Millis(), loaded.idleP99Millis()));
        rows.put(
                "  while the pipeline processes a backlog",
                String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms", loaded.p50Millis(), loaded.p99Millis()) + ", "
                        + loaded.lookups() + " searches");
        Searchable searchable = found.searchable();
        rows.put(
                String.format(
                        Locale.ROOT, "from upload to search result at %.0f events/s", searchable.eventsPerSecond()),
                String.format(Locale.ROOT, "p50 %.0f ms, p99 %.0f ms", searchable.p50Millis(), searchable.p99Millis()));
        return rows;
    }

    private static String lookups(Lookups found) {
        return String.format(
                Locale.ROOT,
                "p50 %.2f ms, p99 %.2f ms, recall@10 %.3f",
                found.p50Millis(),
                found.p99Millis(),
                found.recallAt10());
    }

    private static void log(String line) {
        System.err.println("clipstream bench: " + line);
    }
}
