package dev.clipstream.clip;

import dev.clipstream.event.RejectionReason;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The model fails on a picture; out of an [ImageSession], on at least one picture of the batch.
///
/// Out of an [ImageEmbedder] it concerns its future's picture alone: an outcome, never a
/// fault of the service.
public final class EmbeddingException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   null: none
    public EmbeddingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// Why, for machines.
    public RejectionReason reason() {
        return RejectionReason.MODEL_FAILED;
    }
}
