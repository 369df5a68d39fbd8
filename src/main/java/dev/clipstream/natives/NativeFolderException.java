package dev.clipstream.natives;

import java.io.IOException;
import java.io.Serial;

/// Thrown when no folder can hold a native library.
public final class NativeFolderException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String found;
    private final String remedy;

    NativeFolderException(String expected, String found, String remedy) {
        super("Expected " + expected + ", found " + found + ". To use another, " + remedy);
        this.expected = expected;
        this.found = found;
        this.remedy = remedy;
    }

    /// Returns what was expected, a phrase.
    public String expected() {
        return expected;
    }

    /// Returns what was found instead, a phrase.
    public String found() {
        return found;
    }

    /// Returns what to do, a phrase in the imperative.
    public String remedy() {
        return remedy;
    }
}
