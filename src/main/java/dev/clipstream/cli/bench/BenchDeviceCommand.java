package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.device.DeviceBenchmark;
import dev.clipstream.bench.device.DeviceMeasurements;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.ImageException;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures a model on one device.
@Command(
        name = "device",
        description = {
            "Measure a model on one device: alone, decoding, and in the pipeline.",
            "Runs every weights variant of the bundle, on an NVIDIA GPU also with TensorFloat-32 and TensorRT, and compares"
                    + " vectors with those of the CPU. Prints a table on standard error and one JSON line on standard output."
        })
final class BenchDeviceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "DIR|ID",
            description = "The model, of which all weights in the folder are measured. Default: the bundled model.")
    private String model = Home.defaultModel().toString();

    @Option(
            names = "--devices",
            paramLabel = "cpu|cuda:0",
            defaultValue = "cuda:0",
            description = "The device. Default: ${DEFAULT-VALUE}.")
    private String devices = "";

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Duration of each measurement. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--hardware",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "The machine's name in the results, such as that of its GPU.")
    private String hardware = "";

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the JSON to this file.")
    private @Nullable Path json;

    @Override
    public Integer call()
            throws ModelException, EmbeddingException, OutOfDeviceMemoryException, ImageException, StartException,
                    BenchmarkException, InterruptedException, IOException {
        if (!devices.matches("cpu|cuda(:\\d+)?") || seconds < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected --devices cpu or cuda:N, one device, and --seconds of at least 1");
        }
        Path folder =
                ModelOption.locate(model, ModelOption.options(model, devices)).folder();
        DeviceMeasurements found =
                new DeviceBenchmark(folder, devices, Duration.ofSeconds(seconds), BenchOutput::log).run(hardware);
        table(found);
        BenchOutput.json(found, json);
        return CommandLine.ExitCode.OK;
    }

    private static void table(DeviceMeasurements found) {
        row(
                "machine",
                (found.hardware() + ", " + found.machine().cores() + " cores, Java "
                                + found.machine().java())
                        .replaceFirst("^, ", ""));
        row("model", found.model());
        for (DeviceMeasurements.Way way : found.ways()) {
            way.refusal().ifPresent(refusal -> row(way.name(), "not measured: " + refusal));
            way.alone().ifPresent(alone -> {
                row(
                        way.name(),
                        String.format(
                                Locale.ROOT,
                                "%.1f/s, cosine to the CPU %.6f (least %.6f), open in %.1f s",
                                alone.best(),
                                alone.meanCosine(),
                                alone.leastCosine(),
                                alone.openSeconds()));
                row(
                        "  images/s by batch size",
                        alone.imagesPerSecond().entrySet().stream()
                                .map(rate -> String.format(Locale.ROOT, "%d: %.1f", rate.getKey(), rate.getValue()))
                                .collect(Collectors.joining("  ")));
            });
        }
        row(
                "decoding 640x480 JPEGs on all cores",
                String.format(
                        Locale.ROOT,
                        "%.0f/s, %.2f ms of processor time each",
                        found.decoding().imagesPerSecond(),
                        found.decoding().cpuMillis()));
        row(
                "pipeline, Kafka to tags, " + found.endToEndWay(),
                String.format(
                        Locale.ROOT,
                        "%.1f/s, %d images, mean batch %.1f of %d",
                        found.endToEnd().imagesPerSecond(),
                        found.endToEnd().images(),
                        found.endToEnd().meanBatch(),
                        found.endToEnd().maxBatch()));
        found.endToEnd()
                .cpuSeconds()
                .forEach((group, used) -> row(
                        "  CPU: " + group,
                        String.format(
                                Locale.ROOT,
                                "%.2f ms/image",
                                1000 * used / found.endToEnd().images())));
    }

    private static void row(String what, String value) {
        System.err.printf(Locale.ROOT, "  %-44s %s%n", what, value);
    }
}
