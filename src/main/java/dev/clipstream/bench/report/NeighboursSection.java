package dev.clipstream.bench.report;

import dev.clipstream.bench.neighbours.NeighboursMeasurements;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Backfill;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Beside;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Commits;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.DeadLinks;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Figure;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Latency;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Metadata;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Target;
import dev.clipstream.bench.report.Chart.Bar;
import dev.clipstream.bench.report.Chart.Bars;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The measurements of neighbours as a section, and as rows.
public final class NeighboursSection {
    private NeighboursSection() {}

    /// Returns the section.
    ///
    /// @param command that ran the benchmark
    public static Section of(NeighboursMeasurements found, String command) {
        List<Chart> charts = new ArrayList<>();
        List<Bar> latencies = new ArrayList<>();
        add(latencies, "quiet", found.quiet());
        add(latencies, "behind silent hosts", latency(found.silent()));
        add(latencies, "behind large images", latency(found.giants()));
        if (!latencies.isEmpty()) {
            charts.add(new Bars("Small images: ms to the vector at p99, less is better", 0, latencies));
        }
        DeadLinks links = found.deadLinks();
        if (links != null) {
            charts.add(new Bars(
                    "Sound images per second",
                    0,
                    List.of(
                            Bar.of("without dead links", links.perSecond(), false),
                            Bar.of("with one in ten", links.besidePerSecond(), true))));
        }
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(
                "Quiet",
                "Small images at a fixed rate and nothing else. Each run beside neighbours is compared with the quiet run of"
                        + " its round; the figure is the median of the rounds, with the least and the most in parentheses.");
        meanings.put("Silent hosts", "Servers that accept connections and never answer, ahead in every partition.");
        meanings.put(
                "Dead links",
                "One event in ten has a URI whose server refuses connections or never answers. Rejections are answers, too; with one"
                        + " event in ten without an image, 0.9 times the images are as many events.");
        meanings.put(
                "Back-fill",
                "Events on media.backfill, more than the device can take. Without a model, the device takes some time for a"
                        + " batch and no processor.");
        meanings.put(
                "Metadata", "What each commit carries about records that are finished behind one that is in flight.");
        return new Section(
                "Neighbours",
                command,
                "How much media slow each other down, exactly once unless the settings say otherwise, with a read_committed"
                        + " consumer. Runs alternate with quiet ones.",
                charts,
                List.of("Measured", "Figure"),
                Section.table(rows(found)),
                meanings);
    }

    private static @Nullable Latency latency(@Nullable Beside beside) {
        return beside == null ? null : beside.latency();
    }

    private static void add(List<Bar> bars, String label, @Nullable Latency latency) {
        if (latency != null) {
            bars.add(Bar.of(label, latency.vectorP99Millis(), !bars.isEmpty()));
        }
    }

    /// Returns the rows of the table: what was measured, and the figure, with its target if it has one.
    public static Map<String, String> rows(NeighboursMeasurements found) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("model, device", found.model() + ", " + found.device());
        if (found.load() >= 0) {
            rows.put(
                    "load of the machine before the run",
                    String.format(
                            Locale.ROOT,
                            "%.1f on %d cores",
                            found.load(),
                            found.machine().cores()));
        }
        Latency quiet = found.quiet();
        if (quiet != null) {
            rows.put(String.format(Locale.ROOT, "quiet, %.0f events/s", found.eventsPerSecond()), latency(quiet));
        }
        add(rows, "behind %d URIs of silent hosts", found.silent());
        add(rows, "behind %d large images", found.giants());
        DeadLinks links = found.deadLinks();
        if (links != null) {
            rows.put("URIs without dead links", String.format(Locale.ROOT, "%.0f images/s", links.perSecond()));
            rows.put(
                    String.format(Locale.ROOT, "with %d dead of %d", links.dead(), links.events()),
                    String.format(Locale.ROOT, "%.0f sound images/s", links.besidePerSecond()));
            rows.put("  events/s answered, to those without", figure(links.ratio()));
            rows.put("  images/s, to those without", figure(links.soundRatio()));
            add(rows, "  commits", links.commits());
        }
        Backfill backfill = found.backfill();
        if (backfill != null) {
            rows.put(
                    String.format(Locale.ROOT, "quiet, batches of %.0f ms", backfill.batchMillis()),
                    latency(backfill.quiet()));
            rows.put("beside a back-fill", latency(backfill.latency()));
            rows.put("  p50 to quiet, beside a back-fill", figure(backfill.p50Ratio()));
            rows.put("  p99 to quiet, beside a back-fill", figure(backfill.p99Ratio()));
            rows.put("  batches later at p50", figure(backfill.p50Batches()));
            rows.put("  batches later at p99", figure(backfill.p99Batches()));
            rows.put(
                    String.format(Locale.ROOT, "back-fill of %d, alone", backfill.events()),
                    String.format(Locale.ROOT, "%.0f images/s", backfill.perSecond()));
            rows.put("  beside live images", String.format(Locale.ROOT, "%.0f images/s", backfill.besidePerSecond()));
        }
        Metadata metadata = found.metadata();
        if (metadata != null) {
            rows.put("inline 224x224 JPEGs", String.format(Locale.ROOT, "%.0f events/s", metadata.eventsPerSecond()));
            add(rows, "  commits of these", metadata.commits());
        }
        return rows;
    }

    private static void add(Map<String, String> rows, String label, @Nullable Beside beside) {
        if (beside != null) {
            String name = String.format(Locale.ROOT, label, beside.ahead());
            rows.put(name, latency(beside.latency()));
            rows.put("  p50 to quiet, " + name, figure(beside.p50Ratio()));
            rows.put("  p99 to quiet, " + name, figure(beside.p99Ratio()));
        }
    }

    private static void add(Map<String, String> rows, String label, @Nullable Commits commits) {
        rows.put(
                label + ": metadata",
                commits == null
                        ? "none"
                        : String.format(
                                Locale.ROOT,
                                "%.0f characters on average, at most %.0f (%d commits of a partition)",
                                commits.meanCharacters(),
                                commits.mostCharacters(),
                                commits.count()));
        if (commits != null) {
            rows.put(label + ": stream threads' time for it", percent(commits.encodingShare()));
        }
    }

    private static String latency(Latency latency) {
        return String.format(
                Locale.ROOT,
                "to the vector p50 %.0f ms, p99 %.0f ms; to tags p50 %.0f ms, p99 %.0f ms",
                latency.vectorP50Millis(),
                latency.vectorP99Millis(),
                latency.tagsP50Millis(),
                latency.tagsP99Millis());
    }

    private static String figure(Figure figure) {
        return figure(figure, "%.3f", 1);
    }

    private static String percent(Figure figure) {
        return figure(figure, "%.2f %%", 100);
    }

    /// @param format of one number
    private static String figure(Figure figure, String format, double factor) {
        String spread = number(figure.median(), format, factor) + " ("
                + number(figure.least(), format, factor) + " to "
                + number(figure.most(), format, factor) + ")";
        Target target = figure.target();
        return target == null
                ? spread
                : spread + ", target " + target.bound() + " " + number(target.limit(), format, factor) + ": "
                        + (target.met() ? "met" : "missed");
    }

    private static String number(double value, String format, double factor) {
        return String.format(Locale.ROOT, format, factor * value);
    }
}
