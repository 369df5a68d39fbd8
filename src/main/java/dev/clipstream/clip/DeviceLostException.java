package dev.clipstream.clip;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when a device can do no more work for this process. The instance must stop.
///
/// Unchecked, since no caller can recover from it.
public final class DeviceLostException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String device;

    /// @param device  like `cuda:0`
    /// @param message what happened and what to do
    /// @param cause   may be null
    public DeviceLostException(String device, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.device = device;
    }

    /// Returns the device, like `cuda:0`.
    public String device() {
        return device;
    }
}
