package dev.clipstream.cli.service;

import dev.clipstream.runtime.settings.SettingsTable;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Every setting of the service, with its default and meaning.
@Command(name = "settings", description = "Print every setting that run and demo take with --set, as a Markdown table.")
public final class SettingsCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.print(SettingsTable.markdown());
        return CommandLine.ExitCode.OK;
    }
}
