package dev.clipstream.cli.label;

import dev.clipstream.cli.quality.CalibrateCommand;
import picocli.CommandLine.Command;

/// Checks label sets and changes them on their topic.
@Command(
        name = "labels",
        description = "Change what is tagged: label sets on their topic, which every instance follows.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LabelsApplyCommand.class,
            LabelsListCommand.class,
            LabelsShowCommand.class,
            LabelsDiffCommand.class,
            LabelsDeleteCommand.class,
            LabelsLintCommand.class,
            CalibrateCommand.class,
            LabelsFeedbackCommand.class,
            LabelsLearnCommand.class
        })
public final class LabelsCommand {}
