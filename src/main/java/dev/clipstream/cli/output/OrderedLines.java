package dev.clipstream.cli.output;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Prints the results of asynchronous work in input order, with a bounded number in flight.
///
/// A failed future becomes an error line. Not thread-safe.
public final class OrderedLines {
    private record Pending(String input, CompletableFuture<? extends Map<String, ?>> line) {}

    private final LineWriter out;
    private final Progress progress;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final int window;
    private boolean failed;
    private boolean pipeClosed;

    /// @param progress advances with each line; owned by the caller
    /// @param window   maximum number of lines in flight, at least 1
    public OrderedLines(LineWriter out, Progress progress, int window) {
        this.out = out;
        this.progress = progress;
        this.window = window;
    }

    /// Appends a line, and waits for the oldest one while the window is full.
    ///
    /// @param line a line with a member `error` counts as a failure
    /// @return false if the reader closed the pipe, so that further output is useless
    public boolean add(String input, CompletableFuture<? extends Map<String, ?>> line) {
        pending.add(new Pending(input, line));
        while (!pipeClosed
                && !pending.isEmpty()
                && (pending.size() > window || pending.element().line.isDone())) {
            printOldest();
        }
        return !pipeClosed;
    }

    /// Prints the remaining lines, unless the reader closed the pipe.
    ///
    /// @return whether no printed line is an error
    public boolean finish() {
        while (!pending.isEmpty() && !pipeClosed) {
            printOldest();
        }
        return !failed;
    }

    private void printOldest() {
        Pending oldest = pending.remove();
        Map<String, ?> line;
        try {
            line = oldest.line.join();
        } catch (CompletionException e) {
            line = OutputLine.error(oldest.input, e.getCause() == null ? e : e.getCause());
        }
        failed |= line.containsKey("error");
        pipeClosed = !out.write(line);
        progress.step();
    }
}
