package dev.clipstream.index;

import java.io.Serial;

/// The index is not there (any more): its store came back empty, or somebody dropped it. It must be created, and
/// filled from the beginning.
public final class IndexMissingException extends IndexException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    public IndexMissingException(String message) {
        super(message, null);
    }
}
