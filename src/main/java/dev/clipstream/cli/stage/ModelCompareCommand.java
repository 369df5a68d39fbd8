package dev.clipstream.cli.stage;

import dev.clipstream.bench.compare.ComparedWeights;
import dev.clipstream.bench.compare.WeightsComparison;
import dev.clipstream.cli.input.MediaPaths;
import dev.clipstream.cli.option.LabelsOption;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.cli.output.Terminal;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.runtime.settings.Home;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Compares the weights of a bundle.
@Command(
        name = "compare",
        description = {
            "Compare the weights of a bundle (fp32, fp16, int8 …) on your images, and recommend one.",
            "Speed is that of the bare model at the service's batch and threads. Cosines and changes of tags are relative to"
                    + " the weights closest to the trained ones, whose rounds alternate with each variant's: on a busy machine"
                    + " the speed fits those rounds better than the mean images/s. Output in a pipe, or with --json: one line per variant,"
                    + " then {\"recommended\",\"reason\"}."
        })
final class ModelCompareCommand implements Callable<Integer> {
    /// Those that are pulled of a repository; the others are rare, or slow on a CPU.
    private static final List<String> USUAL = List.of("fp16", "int8", "quantized");

    private static final String ROW = "%-20s %16s %7s %9s %9s %9s  %15s  %15s  %11s %9s";
    private static final String HEADER = String.format(
            Locale.ROOT,
            ROW,
            "weights",
            "images/s",
            "speed",
            "texts/s",
            "size",
            "memory",
            "cosine, images",
            "cosine, texts",
            "tag changed",
            "Δ prob.");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR|ID", description = "The model: a folder, or ORG/NAME on a hub.")
    private String bundle = "";

    @Option(
            names = "--images",
            paramLabel = "PATH",
            description = "Images to compare on: a file, a folder (recursively) or a glob. Default: the samples.")
    private @Nullable String images;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "500",
            description = "Most images to use. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "6",
            description = "Seconds to measure the speed of each variant. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--devices",
            paramLabel = ModelOption.DEVICES,
            defaultValue = "cpu",
            description = "Default: ${DEFAULT-VALUE}.")
    private String devices = "cpu";

    @Mixin
    private final LabelsOption labels = new LabelsOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call()
            throws ModelException, LabelSetException, EmbeddingException, OutOfDeviceMemoryException,
                    InterruptedException {
        if (count < 1 || seconds < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected --count and --seconds of at least 1");
        }
        LabelSet labelSet = labels.read();
        LineWriter out = output.writer(HEADER, ModelCompareCommand::rows);
        List<Path> files = files(out);
        if (files.isEmpty()) {
            return Failures.INPUT_FAILED;
        }
        ModelOptions options = ModelOption.options(bundle, devices).withWeights(ModelOptions.AUTO);
        WeightsComparison.Result found = new WeightsComparison(
                        located(options), options, labelSet, Duration.ofSeconds(seconds), this::log)
                .run(files);
        found.compared().forEach(variant -> out.write(line(variant)));
        found.refused().forEach((weights, reason) -> out.write(OutputLine.of("input", weights, "error", reason)));
        found.unreadable()
                .forEach((file, reason) -> out.write(OutputLine.of("input", file.toString(), "error", reason)));
        out.write(OutputLine.of(
                "recommended",
                found.recommendation().weights(),
                "reason",
                found.recommendation().reason()));
        if (found.compared().size() == 1) {
            log("The bundle has only one kind of weights. docs/export.md says how to make int8 weights");
        }
        return found.refused().isEmpty() && found.unreadable().isEmpty()
                ? CommandLine.ExitCode.OK
                : Failures.INPUT_FAILED;
    }

    /// Returns the bundle. Pulls the usual variants of a repository that has them.
    private LocalBundle located(ModelOptions options) throws ModelException {
        ModelReference given = ModelReference.parse(bundle);
        String name = new ModelReference(given.place(), given.name(), given.revision(), Optional.empty()).toString();
        LocalBundle located = ModelOption.locate(name, options);
        if (located.commit().isEmpty()) {
            return located;
        }
        log("comparing the default weights of " + name
                + ", its fp16, int8 and quantized ones, and those that were pulled"
                + " before; for others, such as q4, run clipstream model pull " + name + "#q4 first");
        for (String weights : USUAL) {
            try {
                located = ModelOption.locate(name, options.withWeights(weights));
            } catch (ModelException e) {
                log("not compared: " + e.getMessage());
            }
        }
        return located;
    }

    private List<Path> files(LineWriter out) {
        String named = images == null ? Home.samples().toString() : images;
        List<MediaPaths.Input> inputs = MediaPaths.of(List.of(named)).toList();
        inputs.stream()
                .filter(input -> input.file() == null)
                .forEach(input -> out.write(OutputLine.of(
                        "input",
                        input.given(),
                        "error",
                        input.error() == null ? "expected a file, found a URI" : input.error())));
        return inputs.stream()
                .map(MediaPaths.Input::file)
                .filter(Objects::nonNull)
                .limit(count)
                .toList();
    }

    private static Map<String, Object> line(ComparedWeights found) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("weights", found.weights());
        if (found.defaultKernels()) {
            line.put("kernels", "default");
        }
        line.put("imagesPerSecond", found.images().mean());
        line.put(
                "imagesPerSecondByRound",
                List.of(found.images().least(), found.images().most()));
        line.put("speedup", found.speedup());
        line.put("textsPerSecond", found.textsPerSecond());
        line.put("weightsBytes", found.weightsBytes());
        found.memoryBytes().ifPresent(bytes -> line.put("memoryBytes", bytes));
        line.put("imageCosine", found.imageLikeness());
        line.put("textCosine", found.textLikeness());
        line.put("images", found.tags().images());
        line.put("firstTagsChanged", found.tags().firstChanged());
        line.put("meanProbabilityChange", found.tags().meanProbabilityChange());
        return line;
    }

    private static List<String> rows(Map<String, ?> line) {
        if (line.containsKey("recommended")) {
            return List.of("", "Take " + line.get("recommended") + ". " + line.get("reason"));
        }
        return List.of(String.format(
                Locale.ROOT,
                ROW,
                line.get("weights") + (line.containsKey("kernels") ? ", default kernels" : ""),
                rate(line.get("imagesPerSecond"), line.get("imagesPerSecondByRound")),
                String.format(Locale.ROOT, "%.2f×", (Double) line.get("speedup")),
                String.format(Locale.ROOT, "%.0f", (Double) line.get("textsPerSecond")),
                megabytes(line.get("weightsBytes")),
                megabytes(line.get("memoryBytes")),
                cosines(line.get("imageCosine")),
                cosines(line.get("textCosine")),
                line.get("firstTagsChanged") + " of " + line.get("images"),
                Terminal.decimals(line.get("meanProbabilityChange"))));
    }

    private static String rate(@Nullable Object mean, @Nullable Object rounds) {
        return rounds instanceof List<?> spread
                ? String.format(Locale.ROOT, "%.1f (%.1f–%.1f)", (Double) mean, (Double) spread.getFirst(), (Double)
                        spread.getLast())
                : "";
    }

    private static String megabytes(@Nullable Object bytes) {
        return bytes instanceof Long value ? String.format(Locale.ROOT, "%.1f MB", value / 1e6) : "unknown";
    }

    private static String cosines(@Nullable Object likeness) {
        return likeness instanceof ComparedWeights.Likeness(double mean, double least)
                ? String.format(Locale.ROOT, "%.4f (%.4f)", mean, least)
                : "";
    }

    private void log(String message) {
        spec.commandLine().getErr().println("clipstream model compare: " + message);
    }
}
