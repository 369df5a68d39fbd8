package dev.clipstream.cli.output;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A progress bar on standard error, or the elapsed seconds of work without steps. Appears after two seconds, and only
/// on a terminal.
///
/// Thread-safe.
public final class Progress implements AutoCloseable {
    private static final long UNKNOWN = -1;
    private static final long WITHOUT_STEPS = -2;
    private static final long PATIENCE_MILLIS = 2_000;

    private static final long MEGABYTE = 1_000_000;

    private static final String CLEAR_LINE = "\r\033[K";

    private final String task;
    private final long total;
    private final boolean shown;
    private final boolean bytes;
    private final @Nullable Thread thread;
    private @Nullable ProgressBar bar;
    private boolean closed;
    private boolean counting;
    private long position;
    private String message = "";

    private Progress(String task, long total, boolean shown, boolean bytes) {
        this.task = task;
        this.total = total;
        this.shown = shown;
        this.bytes = bytes;
        this.thread = shown
                ? Thread.ofPlatform()
                        .daemon()
                        .name("progress")
                        .start(total == WITHOUT_STEPS ? this::countSeconds : this::showLater)
                : null;
    }

    /// Returns a display of the elapsed seconds, for work without steps.
    public static Progress waiting(String task) {
        return of(task, WITHOUT_STEPS);
    }

    /// Returns a progress bar without a known total.
    public static Progress counting(String task) {
        return of(task, UNKNOWN);
    }

    /// Returns a progress bar that ends at `total`; -1: unknown.
    public static Progress of(String task, long total) {
        return new Progress(task, total, Terminal.isError(), false);
    }

    /// Returns a progress bar in megabytes that ends at `total` bytes.
    public static Progress bytes(String task, long total) {
        return new Progress(task, total, Terminal.isError(), true);
    }

    /// Returns a progress bar that never appears.
    public static Progress none() {
        return new Progress("", UNKNOWN, false, false);
    }

    private void countSeconds() {
        long seconds = PATIENCE_MILLIS / 1_000;
        for (boolean open = pause(PATIENCE_MILLIS); open; open = pause(1_000)) {
            synchronized (this) {
                if (!closed) {
                    counting = true;
                    System.err.print(CLEAR_LINE + task + " … " + seconds++ + " s");
                }
            }
        }
    }

    /// @return false if the work ended meanwhile
    private boolean pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            return false;
        }
        synchronized (this) {
            return !closed;
        }
    }

    private void showLater() {
        if (!pause(PATIENCE_MILLIS)) {
            return;
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            ProgressBarBuilder builder = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err))
                    .clearDisplayOnFinish()
                    .showSpeed();
            ProgressBar appearing = (bytes ? builder.setUnit("MB", MEGABYTE) : builder).build();
            appearing.stepTo(position);
            appearing.setExtraMessage(message);
            bar = appearing;
        }
    }

    /// Advances the bar by one.
    public synchronized void step() {
        position++;
        if (bar != null) {
            bar.step();
        }
    }

    /// Returns whether the bar appears once its time has come.
    public boolean seen() {
        return shown;
    }

    /// Moves the bar to a position and shows a message next to it.
    public synchronized void at(long newPosition, String newMessage) {
        position = newPosition;
        message = newMessage;
        if (bar != null) {
            bar.stepTo(newPosition);
            bar.setExtraMessage(newMessage);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
        if (counting) {
            System.err.print(CLEAR_LINE);
        }
        if (bar != null) {
            bar.close();
        }
    }
}
