package dev.clipstream.clip;

import dev.clipstream.event.RejectionReason;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when the model fails on an image: by an [ImageSession], on at least one image of the batch.
///
/// In the future of an image embedder it concerns this one image. It is an outcome, not a failure of the service.
public final class EmbeddingException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   may be null
    public EmbeddingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// Returns the reason code of the rejected image.
    public RejectionReason reason() {
        return RejectionReason.MODEL_FAILED;
    }
}
