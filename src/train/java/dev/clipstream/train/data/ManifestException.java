package dev.clipstream.train.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Thrown when a file or folder has no captioned images in a supported form.
public final class ManifestException extends IOException {
    private static final long serialVersionUID = 1;

    ManifestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
