package dev.clipstream.clip;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A device can do no more work for this process: a bad world, which stops the instance.
///
/// Unchecked, since nobody on the way up can do anything about it.
public final class DeviceLostException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String device;

    /// @param device  like `cuda:0`
    /// @param message what happened, what to do
    /// @param cause   null: none
    public DeviceLostException(String device, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.device = device;
    }

    /// Which, like `cuda:0`.
    public String device() {
        return device;
    }
}
