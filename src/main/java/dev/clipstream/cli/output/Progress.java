package dev.clipstream.cli.output;

import java.io.Console;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A progress bar on standard error where a person watches; nothing where none does.
public final class Progress implements AutoCloseable {
    private final @Nullable ProgressBar bar;

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /// Counts up without a known end.
    public static Progress counting(String task) {
        return of(task, -1);
    }

    /// Counts up to `total`.
    public static Progress of(String task, long total) {
        if (!aPersonWatches()) {
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

    @SuppressWarnings("SystemConsoleNull") // which of the two tells a log file apart depends on the JDK
    private static boolean aPersonWatches() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    public void step() {
        if (bar != null) {
            bar.step();
        }
    }

    /// Whether anybody sees it.
    public boolean seen() {
        return bar != null;
    }

    /// Goes to a place, and says something beside it.
    public void at(long place, String said) {
        if (bar != null) {
            bar.stepTo(place);
            bar.setExtraMessage(said);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
