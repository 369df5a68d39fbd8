package dev.clipstream.cli.output;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Prints the lines of asynchronous work in input order, with a bounded number in flight; a failure becomes an error
/// line.
public final class OrderedLines {
    private record Pending(String input, CompletableFuture<? extends Map<String, ?>> line) {}

    private final JsonLines out = new JsonLines();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final int window;
    private boolean failed;
    private boolean readerGone;

    /// @param window most lines in flight, at least 1
    public OrderedLines(int window) {
        this.window = window;
    }

    /// Appends a line; waits for the oldest while the window is full. A line with a member `error` counts as a failure.
    ///
    /// @return false if the reader is gone (a closed pipe): nothing more needs to be done
    public boolean add(String input, CompletableFuture<? extends Map<String, ?>> line) {
        pending.add(new Pending(input, line));
        while (!readerGone
                && !pending.isEmpty()
                && (pending.size() > window || pending.element().line.isDone())) {
            printOldest();
        }
        return !readerGone;
    }

    /// Prints what is left, unless the reader is gone.
    ///
    /// @return whether every input that was printed became a line without error
    public boolean finish() {
        while (!pending.isEmpty() && !readerGone) {
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
        readerGone = !out.write(line);
    }
}
