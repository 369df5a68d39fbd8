package dev.clipstream.cli.quality;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// Thrown when a file with the truth about media is not valid, or names a medium that cannot be read.
final class TruthException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    TruthException(Path file, int line, String expected, String found) {
        super("--truth: " + file + ", line " + line + ": " + expected + ", found " + found + ". Correct the line.");
    }

    TruthException(Path file, String problem, Throwable cause) {
        super("--truth: " + file + ": " + problem, cause);
    }
}
