package dev.clipstream.cli.alert;

import picocli.CommandLine.Command;

/// Standing queries: saved searches whose matches are alerts.
@Command(
        name = "alerts",
        description = {
            "Add, list and remove standing queries: saved searches whose matches are alerts.",
            "All instances share them. Each medium that matches, stored or new, is written to media.alerts once"
                    + " (clipstream consume alerts)."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AlertAddCommand.class, AlertListCommand.class, AlertRemoveCommand.class})
public final class AlertsCommand {}
