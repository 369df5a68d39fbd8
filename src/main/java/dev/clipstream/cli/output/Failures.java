package dev.clipstream.cli.output;

import dev.clipstream.index.IndexException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What a failure says to the person at the terminal: one line, no stack trace.
public final class Failures {
    /// Exit code: an input failed, the others were done.
    public static final int INPUT_FAILED = 1;

    /// Exit code: no broker, no model, no port.
    public static final int ENVIRONMENT_FAILED = 3;

    private Failures() {}

    /// The failure in one line, with the causes that add something.
    public static String explain(Throwable failure) {
        StringBuilder line = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isWrapper(cause)) {
                continue;
            }
            String more = message(cause);
            boolean said = cause.getMessage() != null && line.indexOf(cause.getMessage()) >= 0;
            if (!said && line.indexOf(more) < 0) {
                line.append(line.isEmpty() ? "" : ": ").append(more);
            }
            if (cause instanceof IndexException) {
                break; // says what was expected, found and to do, causes included
            }
        }
        return line.toString().replaceAll("\\s*\\R\\s*", " ").strip();
    }

    /// Whether it says nothing but what its cause is, as Java does with the name of a class.
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
        String said = failure.getMessage();
        return switch (failure) {
            case NoSuchFileException e when said != null -> missing(said);
            case AccessDeniedException e -> "not readable: " + said;
            case FileNotFoundException e -> "not readable: " + said;
            case IOException e when "Is a directory".equals(said) -> "a file was expected, found a folder";
            default -> said == null || said.isBlank() ? failure.getClass().getSimpleName() : said;
        };
    }
}
