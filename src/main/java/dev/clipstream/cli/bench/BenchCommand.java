package dev.clipstream.cli.bench;

import picocli.CommandLine.Command;

/// Measures throughput, latency and memory on this machine.
@Command(
        name = "bench",
        description = "Measure the pipeline, the index and others on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchPipelineCommand.class,
            BenchIndexCommand.class,
            BenchDecodeCommand.class,
            BenchDeviceCommand.class,
            BenchNeighboursCommand.class,
            BenchPeersCommand.class,
            BenchRetagCommand.class,
            BenchAllCommand.class
        })
public final class BenchCommand {}
