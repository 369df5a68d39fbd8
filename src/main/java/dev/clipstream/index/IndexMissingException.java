package dev.clipstream.index;

import java.io.Serial;

/// Thrown when an index does not exist, or no longer: it was dropped, or its store came back empty. It must be
/// created and filled again.
public final class IndexMissingException extends IndexException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    public IndexMissingException(String message) {
        super(message, null);
    }
}
