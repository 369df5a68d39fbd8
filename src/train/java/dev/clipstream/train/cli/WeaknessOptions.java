package dev.clipstream.train.cli;

import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.weakness.Weakness;
import dev.clipstream.train.weakness.WeaknessMeasurement;
import dev.clipstream.train.weakness.WeaknessResult;
import dev.clipstream.train.weakness.WeaknessSuite;
import dev.clipstream.train.weakness.WeaknessSuites;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options of `--suite`, and the measurement of `--suite weaknesses`.
final class WeaknessOptions {
    /// Side of the pictures in pixels, which all models shrink or enlarge to their own.
    private static final int SIDE = 256;

    private static final int MOST = 10_000;

    @Mixin
    private final SceneSourceOptions scenes = new SceneSourceOptions();

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "With --suite weaknesses: test pictures per class. Default: ${DEFAULT-VALUE}.")
    private int count = 40;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "With --suite: another seed draws other pictures. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /// Returns the sources of scenes.
    SceneSourceOptions scenes() {
        return scenes;
    }

    /// Returns the seed.
    long seed() {
        return seed;
    }

    /// Measures a model on all suites and prints the results.
    void measure(ClipModel model) throws SceneException {
        if (spec != null && (count < 1 || count > MOST)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--count: Expected 1 to " + MOST + " pictures per class, found " + count);
        }
        WeaknessSuites drawn = WeaknessSuites.open(scenes.font(), scenes.annotations(), seed, SIDE);
        List<WeaknessSuite> suites = new ArrayList<>();
        for (Weakness weakness : Weakness.values()) {
            suites.add(drawn.suite(weakness));
        }
        int pictures = suites.stream()
                .mapToInt(suite -> WeaknessMeasurement.pictures(suite, count))
                .sum();
        List<WeaknessResult> results = new ArrayList<>();
        try (WeaknessMeasurement measurement = new WeaknessMeasurement(model);
                Progress progress = Progress.of("pictures", pictures)) {
            for (WeaknessSuite suite : suites) {
                results.add(measurement.measure(suite, count, progress::step));
            }
        }
        WeaknessTable.print(results);
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("model", model.identity().id());
        line.put("fingerprint", model.identity().fingerprint());
        line.put("seed", seed);
        line.put("examplesPerClass", WeaknessMeasurement.EXAMPLES);
        line.put("suites", results.stream().map(WeaknessTable::json).toList());
        new JsonLines().write(line);
    }
}
