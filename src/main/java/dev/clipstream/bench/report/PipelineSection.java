package dev.clipstream.bench.report;

import dev.clipstream.bench.CpuShares;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.report.Chart.Bar;
import dev.clipstream.bench.report.Chart.Bars;
import dev.clipstream.bench.report.Chart.Part;
import dev.clipstream.bench.report.Chart.Stack;
import dev.clipstream.bench.report.Chart.Stacks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The pipeline's measurements as a section and as a table.
public final class PipelineSection {
    /// The group of the threads that run the model.
    private static final String MODEL = "batch and model";
    /// A part of a bar that is still visible.
    private static final double VISIBLE = 0.02;

    /// Groups by colour; all others share the last one.
    private static final List<String> COLOURS = List.of(
            MODEL,
            "broker",
            "decode",
            "bench (producer and consumer)",
            CpuShares.UNLISTED,
            "stream: embedding",
            "stream: tagging");

    private PipelineSection() {}

    /// Returns the section.
    ///
    /// @param command that ran the benchmark
    public static Section of(Measurements found, String command) {
        Measurements.Limited limited = found.limited();
        List<Bar> bySize = new ArrayList<>();
        found.model()
                .picturesPerSecond()
                .forEach((size, rate) -> bySize.add(
                        Bar.of("batch " + size, rate, size == found.model().bestBatch())));
        List<Chart> charts = List.of(
                new Bars(
                        "Images per second",
                        1,
                        List.of(
                                Bar.of("raw session on ready tensors", limited.sessionPerSecond(), false),
                                new Bar(
                                        "pipeline, Kafka input to tags",
                                        limited.picturesPerSecond(),
                                        true,
                                        null,
                                        null,
                                        String.format(Locale.ROOT, "%.2f of raw", limited.ratio())))),
                new Stacks(
                        "Processor time of an image, ms",
                        2,
                        List.of(
                                new Stack(
                                        "raw session",
                                        List.of(new Part(
                                                MODEL, 1000 * limited.sessionCpuSeconds() / limited.pictures(), 0))),
                                new Stack("pipeline", parts(limited.cpuSeconds(), limited.pictures())))),
                new Bars("Raw session, images per second by batch size", 1, bySize),
                new Stacks(
                        "Processor time of an event with a device that does nothing, ms",
                        2,
                        List.of(new Stack(
                                "pipeline",
                                parts(
                                        found.unbound().cpuSeconds(),
                                        found.unbound().events())))));
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(
                "Raw session",
                "The bare model in ONNX Runtime: pixels are prepared before, vectors are not read. No pipeline around the"
                        + " same session can be faster.");
        meanings.put(
                "Ratio",
                "Throughput of the whole pipeline, with fetching, decoding, batching, Kafka and tagging, as a fraction of the"
                        + " raw session in the same run, in alternation.");
        meanings.put(
                "Processor time",
                "Seconds of all cores, by group of threads. Waiting does not count, so it drifts less than throughput.");
        meanings.put(
                "No-op device",
                "A model that returns at once. What remains is the pipeline's own work, and its own limit.");
        meanings.put(
                "Latency",
                "From an event's scheduled time to its tags, read_committed, exactly once, at a fixed rate.");
        return new Section(
                "Pipeline",
                command,
                "Upload events with inline images go through a broker in a process of its own, the pipeline and back to a"
                        + " consumer of tags. Broker, pipeline, producer and consumer share the machine; the raw session"
                        + " has it alone, in turns.",
                charts,
                List.of("Measured", "Figure"),
                Section.table(rows(found)),
                meanings);
    }

    private static int colour(String group) {
        int colour = COLOURS.indexOf(group);
        return colour < 0 ? COLOURS.size() : colour;
    }

    private static List<Part> parts(Map<String, Double> cpuSeconds, int count) {
        double least = VISIBLE
                * cpuSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
        List<Part> parts = new ArrayList<>(cpuSeconds.entrySet().stream()
                .filter(group -> group.getValue() >= least)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .map(group -> new Part(group.getKey(), 1000 * group.getValue() / count, colour(group.getKey())))
                .toList());
        double rest = cpuSeconds.values().stream()
                .mapToDouble(Double::doubleValue)
                .filter(seconds -> seconds < least)
                .sum();
        if (rest > 0) {
            parts.add(new Part("smaller groups", 1000 * rest / count, COLOURS.size()));
        }
        return parts;
    }

    /// Returns the results by what they are, in the order of the table.
    public static Map<String, String> rows(Measurements found) {
        Map<String, String> rows = new LinkedHashMap<>();
        Measurements.Limited limited = found.limited();
        rows.put(
                "machine",
                found.machine().cores() + " cores, Java " + found.machine().java());
        rows.put("model", found.model().id() + " on " + found.model().device());
        rows.put(
                "raw session on prepared tensors, images/s by batch size",
                rates(found.model().picturesPerSecond()));
        rows.put(
                String.format(
                        Locale.ROOT,
                        "raw session at its best batch size %d, %d concurrent",
                        found.model().bestBatch(),
                        found.model().batchesAtOnce()),
                String.format(Locale.ROOT, "%.1f/s", limited.sessionPerSecond()));
        rows.put(
                "pipeline, " + limited.pictures() + " images, Kafka input to tags",
                String.format(Locale.ROOT, "%.1f/s", limited.picturesPerSecond()));
        rows.put(
                "ratio (per pair: min, median, max)",
                String.format(
                        Locale.ROOT,
                        "%.3f (%.3f, %.3f, %.3f)",
                        limited.ratio(),
                        limited.ratios().get(0),
                        limited.ratios().get(1),
                        limited.ratios().get(2)));
        rows.put("mean batch under load", batches(limited.batches()));
        rows.put(
                "  CPU: raw session",
                String.format(Locale.ROOT, "%.2f ms/image", 1000 * limited.sessionCpuSeconds() / limited.pictures()));
        limited.cpuSeconds()
                .forEach((group, seconds) -> rows.put(
                        "  CPU, pipeline: " + group,
                        String.format(Locale.ROOT, "%.2f ms/image", 1000 * seconds / limited.pictures())));
        Measurements.Unbound unbound = found.unbound();
        rows.put(
                "no-op device, inline 224x224 JPEGs, embedding.batch "
                        + unbound.batches().max(),
                String.format(Locale.ROOT, "%.0f events/s", unbound.eventsPerSecond()));
        rows.put("  mean batch under load", batches(unbound.batches()));
        unbound.cpuSeconds()
                .forEach((group, seconds) -> rows.put(
                        "  CPU: " + group,
                        String.format(Locale.ROOT, "%.2f ms/event", 1000 * seconds / unbound.events())));
        unbound.stageMillis()
                .forEach((stage, millis) -> rows.put(
                        "  stage " + stage + ", including waiting",
                        String.format(Locale.ROOT, "%.2f ms mean", millis)));
        Measurements.Latency latency = found.latency();
        rows.put(
                String.format(
                        Locale.ROOT,
                        "latency at %.0f events/s, device %s",
                        latency.eventsPerSecond(),
                        latency.device()),
                String.format(Locale.ROOT, "p50 %.0f ms, p99 %.0f ms", latency.p50Millis(), latency.p99Millis()));
        Measurements.Memory memory = found.memory();
        if (memory != null) {
            rows.put(
                    "peak resident memory under load, including the benchmark",
                    String.format(
                            Locale.ROOT,
                            "%d MiB = weights %d + %d",
                            memory.peakResidentBytes() >> 20,
                            memory.weightsBytes() >> 20,
                            (memory.peakResidentBytes() - memory.weightsBytes()) >> 20));
        }
        return rows;
    }

    private static String batches(Measurements.Batches batches) {
        return String.format(
                Locale.ROOT,
                "%.2f of %d (%d runs; over all %d runs %.2f)",
                batches.meanUnderLoad(),
                batches.max(),
                batches.runsUnderLoad(),
                batches.runs(),
                batches.mean());
    }

    private static String rates(Map<Integer, Double> rates) {
        StringBuilder line = new StringBuilder();
        rates.forEach((batch, rate) -> line.append(String.format(Locale.ROOT, "%d: %.1f  ", batch, rate)));
        return line.toString().strip();
    }
}
