package dev.clipstream.clip.hub.http;

import java.io.IOException;
import java.io.Serial;

/// Thrown when an answer is refused: a redirect to an unsafe place, too many bytes, or something other than was asked.
public final class RefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found
    public RefusedException(String message) {
        super(message);
    }
}
