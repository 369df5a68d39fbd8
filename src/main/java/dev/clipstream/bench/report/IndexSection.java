package dev.clipstream.bench.report;

import dev.clipstream.bench.IndexMeasurements;
import dev.clipstream.bench.IndexMeasurements.Http;
import dev.clipstream.bench.IndexMeasurements.Loaded;
import dev.clipstream.bench.IndexMeasurements.Lookups;
import dev.clipstream.bench.IndexMeasurements.Searchable;
import dev.clipstream.bench.IndexMeasurements.Writes;
import dev.clipstream.bench.report.Chart.Bar;
import dev.clipstream.bench.report.Chart.Bars;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The index's measurements as a section and as a table.
public final class IndexSection {
    private IndexSection() {}

    /// Returns the section.
    ///
    /// @param command that ran the benchmark
    public static Section of(IndexMeasurements found, String command) {
        List<Chart> charts = new ArrayList<>();
        Writes writes = found.writes();
        if (writes != null) {
            charts.add(new Bars(
                    "Media written per second",
                    0,
                    List.of(
                            Bar.of("bare pipelined client", writes.barePerSecond(), false),
                            Bar.of("the index", writes.perSecond(), true))));
        }
        List<Bar> searches = new ArrayList<>();
        for (IndexMeasurements.Size size : found.sizes()) {
            searches.add(search("search among " + size.media(), size.all()));
            searches.add(search("keeping 1 % of " + size.media(), size.filtered()));
        }
        searches.add(new Bar(
                "by vector over HTTP",
                found.http().p50Millis(),
                true,
                found.http().p50Millis(),
                found.http().p99Millis(),
                ""));
        searches.add(new Bar(
                "by a new text over HTTP",
                found.loaded().idleP50Millis(),
                true,
                found.loaded().idleP50Millis(),
                found.loaded().idleP99Millis(),
                ""));
        searches.add(new Bar(
                "the same under a backlog",
                found.loaded().p50Millis(),
                true,
                found.loaded().p50Millis(),
                found.loaded().p99Millis(),
                ""));
        charts.add(new Bars("Top-10 search, ms: p50, and the line to p99", 1, searches));
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put("Recall@10", "The share of the exact ten nearest vectors that the search finds; 1 is exact.");
        meanings.put("p50, p99", "Half of the searches, and 99 of 100, take at most this long.");
        meanings.put(
                "From upload to search result",
                "From an upload's scheduled time until the index returns the medium, at a fixed rate.");
        return new Section(
                "Media index",
                command,
                "Synthetic media with a vector, tags and attributes are written to an empty index (" + found.index()
                        + ", vectors of " + found.dimension()
                        + "). Searches run as it grows, in the process, over HTTP, and while the pipeline works.",
                charts,
                List.of("Measured", "Figure"),
                Section.table(rows(found)),
                meanings);
    }

    private static Bar search(String label, Lookups found) {
        return new Bar(
                label,
                found.p50Millis(),
                true,
                found.p50Millis(),
                found.p99Millis(),
                String.format(Locale.ROOT, "recall %.3f", found.recallAt10()));
    }

    /// Returns the results by what they are, in the order of the table.
    public static Map<String, String> rows(IndexMeasurements found) {
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
}
