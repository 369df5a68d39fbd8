package dev.clipstream.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// What a failure says to the person at the terminal: one line, no stack trace.
final class Failures {
    /// Exit code: an input failed, the others were done.
    static final int INPUT_FAILED = 1;

    /// Exit code: no broker, no model, no port.
    static final int WORLD_FAILED = 3;

    private Failures() {}

    /// The failure in one line, with the causes that add something.
    static String explain(Throwable failure) {
        StringBuilder line = new StringBuilder(message(failure));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            String more = message(cause);
            boolean said = cause.getMessage() != null && line.indexOf(cause.getMessage()) >= 0;
            if (!said && line.indexOf(more) < 0) {
                line.append(": ").append(more);
            }
        }
        return line.toString().replaceAll("\\s*\\R\\s*", " ").strip();
    }

    private static String message(Throwable failure) {
        String said = failure.getMessage();
        return switch (failure) {
            case NoSuchFileException e -> "no such file: " + said;
            case AccessDeniedException e -> "not readable: " + said;
            case FileNotFoundException e -> "not readable: " + said;
            case IOException e when "Is a directory".equals(said) -> "a file was expected, found a folder";
            default -> said == null || said.isBlank() ? failure.getClass().getSimpleName() : said;
        };
    }
}
