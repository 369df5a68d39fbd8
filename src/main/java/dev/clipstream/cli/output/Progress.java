package dev.clipstream.cli.output;

import java.io.Console;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A progress bar on standard error, shown only if the program runs in an interactive terminal.
public final class Progress implements AutoCloseable {
    private final @Nullable ProgressBar bar;

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /// Returns a progress bar without a known total.
    public static Progress counting(String task) {
        return of(task, -1);
    }

    /// Returns a progress bar that ends at `total`.
    public static Progress of(String task, long total) {
        if (!isInteractive()) {
            return new Progress(null);
        }
        return new Progress(new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .showSpeed()
                .build());
    }

    @SuppressWarnings("SystemConsoleNull") // JDKs differ: without a terminal, the console is null or no terminal
    private static boolean isInteractive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Advances the bar by one.
    public void step() {
        if (bar != null) {
            bar.step();
        }
    }

    /// Returns whether the bar is shown.
    public boolean seen() {
        return bar != null;
    }

    /// Moves the bar to a position and shows a message next to it.
    public void at(long position, String message) {
        if (bar != null) {
            bar.stepTo(position);
            bar.setExtraMessage(message);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
