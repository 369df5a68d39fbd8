package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.report.RetagSection;
import dev.clipstream.bench.retag.RetagBenchmark;
import dev.clipstream.bench.retag.RetagMeasurements;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures tagging stored vectors again.
@Command(
        name = "retag",
        description = {
            "Measure how fast stored vectors are tagged again.",
            "On one thread, beside the machine's matrix product and merely reading the store, which is one of Kafka"
                    + " Streams. All take turns. Prints a table of vectors per second of processor time on standard error"
                    + " and one JSON line on standard output."
        })
final class BenchRetagCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--media",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Vectors in the store, synthetic ones of 512 values. Default: ${DEFAULT-VALUE}.")
    private int media;

    @Option(
            names = "--labels",
            paramLabel = "N",
            split = ",",
            defaultValue = "200,10000",
            description = "Sizes of label sets. Default: ${DEFAULT-VALUE}.")
    private List<Integer> labels = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "7",
            description = "Turns of each. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Override
    public Integer call() throws BenchmarkException, InterruptedException {
        RetagBenchmark.Extent extent;
        try {
            extent = new RetagBenchmark.Extent(media, labels, rounds);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        RetagMeasurements found = new RetagBenchmark(extent, BenchOutput::log).run();
        BenchOutput.table(RetagSection.rows(found));
        BenchOutput.json(found);
        return CommandLine.ExitCode.OK;
    }
}
