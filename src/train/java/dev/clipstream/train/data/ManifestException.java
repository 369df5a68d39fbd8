package dev.clipstream.train.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A file or folder holds no captioned pictures in a form that is known: what was expected, found, and what to do.
public final class ManifestException extends IOException {
    private static final long serialVersionUID = 1;

    ManifestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
