package dev.clipstream.bench.report;

import dev.clipstream.bench.peers.PeersMeasurements;
import dev.clipstream.bench.peers.PeersMeasurements.Row;
import dev.clipstream.bench.report.Chart.Bar;
import dev.clipstream.bench.report.Chart.Bars;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The measurements beside peers as a section.
public final class PeersSection {
    private PeersSection() {}

    /// Returns the section.
    ///
    /// @param command that ran the benchmark
    public static Section of(PeersMeasurements found, String command) {
        List<Chart> charts = List.of(
                new Bars(
                        "Images per second; the line is the spread of the rounds",
                        1,
                        found.rows().stream()
                                .map(row -> new Bar(
                                        row.name() + ", " + row.weights(),
                                        row.picturesPerSecond(),
                                        row.ours(),
                                        row.least(),
                                        row.most(),
                                        row.toLoop() == null ? "" : String.format(Locale.ROOT, "%.2f×", row.toLoop())))
                                .toList()),
                new Bars(
                        "Processor time of an image, ms: less is better",
                        1,
                        found.rows().stream()
                                .map(row -> Bar.of(row.name() + ", " + row.weights(), row.cpuMillis(), row.ours()))
                                .toList()));
        List<List<String>> rows = new ArrayList<>();
        for (Row row : found.rows()) {
            rows.add(List.of(
                    row.name(),
                    row.weights(),
                    String.format(Locale.ROOT, "%.1f (%.1f–%.1f)", row.picturesPerSecond(), row.least(), row.most()),
                    row.toLoop() == null ? "" : String.format(Locale.ROOT, "%.2f×", row.toLoop()),
                    String.format(Locale.ROOT, "%.1f ms", row.cpuMillis()),
                    (row.peakBytes() >> 20) + " MiB",
                    row.version()));
        }
        found.absent()
                .forEach(absent -> rows.add(List.of(absent.name(), "", "not measured", "", "", "", absent.reason())));
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(
                "Bare loop",
                "Pillow, NumPy and one ONNX Runtime session with its default threads: the shortest program that embeds a"
                        + " folder of images. The factor beside each bar is relative to it with fp32 weights.");
        meanings.put(
                "Clipstream",
                "The whole service: events through Kafka, exactly once, to vectors and tags on topics. Its processor time"
                        + " includes the broker's.");
        meanings.put("infinity", "Its engine in a Python process, without its HTTP server.");
        meanings.put("Memory", "Peak resident memory of the process; the broker's is not included.");
        return new Section(
                "Beside what users would take instead",
                command,
                "The same image files (" + found.images() + "), the same architecture (" + found.model()
                        + ") and batches of " + found.batch()
                        + " for everybody. All contenders are started first and take"
                        + " turns on all processors, " + found.rounds() + " rounds after a warm-up.",
                charts,
                List.of("Contender", "Weights", "Images/s", "To loop", "CPU an image", "Peak memory", "Version"),
                rows,
                meanings);
    }
}
