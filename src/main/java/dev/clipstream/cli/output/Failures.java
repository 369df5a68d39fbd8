package dev.clipstream.cli.output;

import dev.clipstream.index.IndexException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Exit codes of failed commands, and failures as one line of text without a stack trace.
public final class Failures {
    /// Exit code: at least one input failed; the others were processed.
    public static final int INPUT_FAILED = 1;

    /// Exit code: environment failure, such as a broker, model, index or file system that is not available.
    public static final int ENVIRONMENT_FAILED = 3;

    private Failures() {}

    /// Returns the failure in one line, with those causes that add information.
    public static String explain(Throwable failure) {
        StringBuilder line = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isWrapper(cause)) {
                continue;
            }
            String more = message(cause);
            boolean repeated = cause.getMessage() != null && line.indexOf(cause.getMessage()) >= 0;
            if (!repeated && line.indexOf(more) < 0) {
                line.append(line.isEmpty() ? "" : ": ").append(more);
            }
            if (cause instanceof IndexException) {
                break; // its message already includes the causes
            }
        }
        return line.toString().replaceAll("\\s*\\R\\s*", " ").strip();
    }

    /// Returns whether the message only repeats the cause, as it does by default.
    private static boolean isWrapper(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause != null
                && (failure.getMessage() == null || failure.getMessage().equals(cause.toString()));
    }

    private static String missing(String file) {
        Path folder = Path.of(file).getParent();
        return folder == null || Files.isDirectory(folder)
                ? "no such file: " + file
                : "no such folder: " + folder + " (of " + file + ")";
    }

    private static String message(Throwable failure) {
        String text = failure.getMessage();
        return switch (failure) {
            case NoSuchFileException e when text != null -> missing(text);
            case AccessDeniedException e -> "not readable: " + text;
            case FileNotFoundException e -> "not readable: " + text;
            case IOException e when "Is a directory".equals(text) -> "expected a file, found a folder";
            case OutOfMemoryError e ->
                "expected enough heap, found only " + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MiB. Raise it, for example with CLIPSTREAM_JAVA_OPTS=-Xmx2g";
            default -> text == null || text.isBlank() ? failure.getClass().getSimpleName() : text;
        };
    }
}
