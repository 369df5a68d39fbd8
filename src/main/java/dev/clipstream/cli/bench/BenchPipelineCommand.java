package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.PipelineBenchmark;
import dev.clipstream.bench.tune.PipelineTuning;
import dev.clipstream.bench.tune.Tuned;
import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.ImageException;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// Measures the pipeline, or finds its fastest settings.
@Command(
        name = "pipeline",
        description = {
            "Compare the pipeline, from Kafka input to tags, with the raw session.",
            "Also measures the overhead of the pipeline with a no-op device, latency at 50 events/s, and memory. Prints"
                    + " a table on standard error and one JSON line on standard output. With --tune, it finds the fastest"
                    + " settings instead."
        })
final class BenchPipelineCommand implements Callable<Integer> {
    private static final int LEAST_TUNE_SECONDS = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "A folder of images to use. Default: generated 640×480 JPEGs.")
    private @Nullable Path images;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "3000",
            description = "Number of images. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--segments",
            paramLabel = "N",
            defaultValue = "2",
            description = {
                "Number of pairs of segments: raw session, then pipeline. Longer segments reduce the effect of ramp-up and"
                        + " drain, when some cores are idle. Default: ${DEFAULT-VALUE}."
            })
    private int segments;

    @Option(
            names = "--tune",
            description = "Find threads, batches at once and batch size for this machine and model, and write them as"
                    + " settings for run --config.")
    private boolean tune;

    @Option(
            names = "--tune-seconds",
            paramLabel = "N",
            defaultValue = "240",
            description = "Time limit of --tune, at least " + LEAST_TUNE_SECONDS + ". Default: ${DEFAULT-VALUE}.")
    private int tuneSeconds;

    @Option(
            names = "--tune-weights",
            paramLabel = "W,W",
            split = ",",
            description =
                    "Weights that --tune may choose, such as fp32,int8. Other weights give other vectors (clipstream"
                            + " model compare). Default: those in use.")
    private List<String> tuneWeights = List.of();

    @Option(
            names = "--tune-out",
            paramLabel = "FILE",
            defaultValue = "clipstream-tuned.yaml",
            description = "Where --tune writes the settings. Default: ${DEFAULT-VALUE}.")
    private Path tuneOut = Path.of("");

    @Override
    public Integer call()
            throws IOException, StartException, BenchmarkException, InterruptedException, ImageException,
                    EmbeddingException, OutOfDeviceMemoryException {
        if (segments < 1 || count < segments) {
            throw refused("expected --segments of at least 1 and --count of at least as many");
        }
        options.pullModel();
        List<byte[]> pictures = images == null ? List.of() : read(images);
        if (tune) {
            return tune(pictures);
        }
        Measurements found = new PipelineBenchmark(
                        options.settings(),
                        pictures,
                        PipelineBenchmark.Extent.of(count, segments),
                        BenchPipelineCommand::log)
                .run();
        table(found).forEach((what, value) -> System.err.printf(Locale.ROOT, "  %-58s %s%n", what, value));
        System.out.println(JsonMapper.builder().build().writeValueAsString(found));
        return CommandLine.ExitCode.OK;
    }

    private int tune(List<byte[]> pictures)
            throws IOException, StartException, BenchmarkException, InterruptedException, ImageException,
                    EmbeddingException, OutOfDeviceMemoryException {
        if (tuneSeconds < LEAST_TUNE_SECONDS) {
            throw refused("expected --tune-seconds of at least " + LEAST_TUNE_SECONDS);
        }
        if (!ModelOptions.PREFERENCE.containsAll(tuneWeights)) {
            throw refused("expected --tune-weights of " + ModelOptions.PREFERENCE + ", found " + tuneWeights);
        }
        Map<String, String> settings = options.settings();
        Tuned found = new PipelineTuning(
                        settings, tuneWeights, pictures, Duration.ofSeconds(tuneSeconds), BenchPipelineCommand::log)
                .run();
        String path = settings.getOrDefault("clipstream.model.path", "");
        String yaml = found.yaml(tuneWeights.isEmpty() ? path : path.replaceFirst("#\\w+$", ""));
        Files.writeString(tuneOut, yaml);
        System.err.print(yaml);
        log("written to " + tuneOut + "; use it with clipstream run --config " + tuneOut);
        System.out.println(JsonMapper.builder().build().writeValueAsString(found));
        return CommandLine.ExitCode.OK;
    }

    private CommandLine.ParameterException refused(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private static List<byte[]> read(Path folder) throws IOException {
        List<byte[]> images = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                images.add(Files.readAllBytes(file));
            }
        }
        if (images.isEmpty()) {
            throw new NoSuchFileException(folder + " (expected a folder with images, found none)");
        }
        return images;
    }

    private static Map<String, String> table(Measurements found) {
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

    private static void log(String line) {
        System.err.println("clipstream bench: " + line);
    }
}
