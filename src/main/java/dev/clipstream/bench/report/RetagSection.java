package dev.clipstream.bench.report;

import dev.clipstream.bench.report.Chart.Bar;
import dev.clipstream.bench.report.Chart.Bars;
import dev.clipstream.bench.retag.RetagMeasurements;
import dev.clipstream.bench.retag.RetagMeasurements.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The measurements of re-tagging as a section and as a table.
public final class RetagSection {
    private RetagSection() {}

    /// Returns the section.
    ///
    /// @param command that ran the benchmark
    public static Section of(RetagMeasurements found, String command) {
        List<Chart> charts = new ArrayList<>();
        for (Row row : found.rows()) {
            charts.add(new Bars(
                    labelSet(row) + ", vectors per second of one thread's processor time",
                    0,
                    List.of(
                            Bar.of("reading the store", found.readPerSecond(), false),
                            Bar.of("bare matrix product", row.productPerSecond(), false),
                            Bar.of("scoring", row.scorePerSecond(), true),
                            Bar.of("reading and scoring", row.endPerSecond(), true))));
        }
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(
                "Bare matrix product",
                "ONNX Runtime's MatMul of a block of vectors with those of all labels: the machine's GEMM.");
        meanings.put("Scoring", "From vectors in memory to tags: the product, probabilities, thresholds and order.");
        meanings.put("Reading the store", "From the store's records to vectors, in the order of their keys.");
        meanings.put("Ratio", "Reading and scoring as a share of the slower of reading and the bare product.");
        return new Section(
                "Tagging again",
                command,
                "A store of Kafka Streams with " + found.media() + " media is tagged again on one thread (vectors of "
                        + found.dimension() + "). All ways take turns; each figure is the median.",
                charts,
                List.of("Measured", "Figure"),
                Section.table(rows(found)),
                meanings);
    }

    /// Returns the results by what they are, in the order of the table.
    public static Map<String, String> rows(RetagMeasurements found) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put(
                "machine",
                found.machine().cores() + " cores, Java " + found.machine().java());
        rows.put(
                "reading a store of " + found.media() + " vectors",
                String.format(Locale.ROOT, "%.0f/s", found.readPerSecond()));
        for (Row row : found.rows()) {
            rows.put(
                    labelSet(row) + ": bare matrix product",
                    String.format(Locale.ROOT, "%.0f/s, %.0f GFLOPS", row.productPerSecond(), row.productGigaflops()));
            rows.put(
                    labelSet(row) + ": scoring",
                    String.format(
                            Locale.ROOT,
                            "%.0f/s, %.2f of the product; a block of %d takes %.1f ms",
                            row.scorePerSecond(),
                            row.scorePerSecond() / row.productPerSecond(),
                            row.block(),
                            row.blockMillis()));
            rows.put(
                    labelSet(row) + ": reading and scoring",
                    String.format(
                            Locale.ROOT,
                            "%.0f/s, ratio %.2f: %s binds",
                            row.endPerSecond(),
                            row.ratio(found.readPerSecond()),
                            row.productBinds(found.readPerSecond()) ? "the product" : "reading"));
        }
        return rows;
    }

    private static String labelSet(Row row) {
        return row.labels() + " labels, mode " + row.mode().name().toLowerCase(Locale.ROOT);
    }
}
