package dev.clipstream.cli.service;

import dev.clipstream.runtime.settings.SettingsTable;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Prints every setting of the service, with its default and description.
@Command(
        name = "settings",
        description = "Print all settings that run and demo accept with --set, as a Markdown table.")
public final class SettingsCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.print(SettingsTable.markdown());
        return CommandLine.ExitCode.OK;
    }
}
