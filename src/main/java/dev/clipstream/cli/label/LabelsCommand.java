package dev.clipstream.cli.label;

import dev.clipstream.cli.quality.CalibrateCommand;
import picocli.CommandLine.Command;

/// Manages label sets.
@Command(
        name = "labels",
        description = "Manage label sets.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CalibrateCommand.class})
public final class LabelsCommand {}
