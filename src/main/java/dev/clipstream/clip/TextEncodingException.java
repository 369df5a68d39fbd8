package dev.clipstream.clip;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when the text tower fails on texts that its tokenizer accepted: the bundle is at fault.
public final class TextEncodingException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   may be null
    public TextEncodingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
