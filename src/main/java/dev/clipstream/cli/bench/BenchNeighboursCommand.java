package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.neighbours.NeighboursBenchmark;
import dev.clipstream.bench.neighbours.NeighboursBenchmark.Extent;
import dev.clipstream.bench.neighbours.NeighboursMeasurements;
import dev.clipstream.bench.neighbours.Scenario;
import dev.clipstream.bench.report.NeighboursSection;
import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures how much media slow each other down.
@Command(
        name = "neighbours",
        description = {
            "Measure how much media slow each other down: small images at a fixed rate behind silent servers and large"
                    + " images and beside a back-fill, and throughput among dead links.",
            "Without --model, a device that does nothing takes the place of the bundled model, so that only the pipeline"
                    + " is measured; beside a back-fill, it takes 50 ms for a batch. Runs alternate with quiet ones. Prints a table on standard error and one JSON line on"
                    + " standard output."
        })
final class BenchNeighboursCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--scenarios",
            paramLabel = "NAME",
            split = ",",
            description = "What to measure: silent, links, giants, backfill, metadata. Default: all.")
    private Set<Scenario> scenarios = EnumSet.allOf(Scenario.class);

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Small images a second, which the model must be able to embed. Default: 50.")
    private @Nullable Double rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Length of each run of small images. Default: 10; with --quick, 4.")
    private @Nullable Integer seconds;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Events of each run whose throughput is measured. Default: 10000; with --quick, 1000.")
    private @Nullable Integer events;

    @Option(names = "--rounds", paramLabel = "N", description = "Runs of each scenario. Default: 3; with --quick, 1.")
    private @Nullable Integer rounds;

    @Option(names = "--quick", description = "Measure for about a fifth of the time: enough to try it, not to publish.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the JSON to this file.")
    private @Nullable Path json;

    @Override
    public Integer call() throws StartException, BenchmarkException, InterruptedException, IOException {
        Extent extent;
        try {
            extent = extent(quick ? Extent.QUICK : Extent.FULL);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        options.pullModel();
        NeighboursMeasurements found =
                new NeighboursBenchmark(options.settings(), scenarios, extent, BenchOutput::log).run();
        BenchOutput.table(NeighboursSection.rows(found));
        BenchOutput.json(found, json);
        return CommandLine.ExitCode.OK;
    }

    private Extent extent(Extent usual) {
        return new Extent(
                rounds == null ? usual.rounds() : rounds,
                rate == null ? usual.eventsPerSecond() : rate,
                seconds == null ? usual.seconds() : seconds,
                usual.silentPerPartition(),
                usual.giants(),
                usual.photograph(),
                usual.drawing(),
                events == null ? usual.flood() : events,
                usual.backfill());
    }
}
