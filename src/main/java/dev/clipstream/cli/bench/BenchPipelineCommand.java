package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.PipelineBenchmark;
import dev.clipstream.bench.report.PipelineSection;
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
import java.util.List;
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
        DefaultModelNote.of(options.settings()).ifPresent(BenchOutput::log);
        if (tune) {
            return tune(pictures);
        }
        Measurements found = new PipelineBenchmark(
                        options.settings(), pictures, PipelineBenchmark.Extent.of(count, segments), BenchOutput::log)
                .run();
        BenchOutput.table(PipelineSection.rows(found));
        BenchOutput.json(found);
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
                        settings, tuneWeights, pictures, Duration.ofSeconds(tuneSeconds), BenchOutput::log)
                .run();
        String path = settings.getOrDefault("clipstream.model.path", "");
        String yaml = found.yaml(tuneWeights.isEmpty() ? path : path.replaceFirst("#\\w+$", ""));
        Files.writeString(tuneOut, yaml);
        System.err.print(yaml);
        BenchOutput.log("written to " + tuneOut + "; use it with clipstream run --config " + tuneOut);
        BenchOutput.json(found);
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
}
