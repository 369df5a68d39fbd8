package dev.clipstream.train.cli;

import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.train.scene.suite.SceneSuites;
import dev.clipstream.train.scene.suite.Suite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Writes suites of scenes as files.
@Command(
        name = "scenes",
        description = "Write synthetic scenes of emoji with captions in English and Chinese: the test suites of"
                + " clipstream-tiny and, as suite 'training', its training data.")
final class ScenesCommand implements Callable<Integer> {
    private static final int LARGEST_SIDE = 1024;

    @Mixin
    private final SceneSourceOptions source = new SceneSourceOptions();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The folder in which each suite gets a subfolder.")
    private Path out = Path.of("");

    @Option(
            names = "--suite",
            paramLabel = "NAME",
            split = ",",
            description = "${COMPLETION-CANDIDATES}. Default: all but samples and training.")
    private List<Suite> suites = Arrays.stream(Suite.values())
            .filter(suite -> suite != Suite.TRAINING && suite != Suite.SAMPLES)
            .toList();

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Images per class or, without classes, per suite. Default: depends on the suite.")
    private int count;

    @Option(names = "--size", paramLabel = "PX", description = "Side of the images. Default: ${DEFAULT-VALUE}.")
    private int size = 160;

    @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (count < 0 || size < 16 || size > LARGEST_SIDE) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--count, --size: Expected a count of at least 0 and a size of 16 to " + LARGEST_SIDE + ", found "
                            + count + " and " + size);
        }
        SceneSuites scenes = SceneSuites.open(source.font(), source.annotations(), seed, size);
        JsonLines lines = new JsonLines();
        for (Suite suite : suites) {
            Path folder = out.resolve(suite.toString());
            int pictures = write(scenes, suite, folder);
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("suite", suite.toString());
            line.put("folder", folder.toString());
            line.put("pictures", pictures);
            lines.write(line);
        }
        return CommandLine.ExitCode.OK;
    }

    private int write(SceneSuites scenes, Suite suite, Path folder) throws IOException {
        try (Progress progress = Progress.counting(suite.toString())) {
            return scenes.write(suite, count, folder, progress::step);
        }
    }
}
