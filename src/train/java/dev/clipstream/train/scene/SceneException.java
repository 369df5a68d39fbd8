package dev.clipstream.train.scene;

import java.io.IOException;
import java.io.Serial;

/// Thrown when the sources of scenes (the font or the names of its pictographs) cannot be read.
public final class SceneException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message begins with the file's name; expected, found, what to do
    public SceneException(String message) {
        super(message);
    }

    /// @param message begins with the file's name; expected, found, what to do
    public SceneException(String message, Throwable cause) {
        super(message, cause);
    }
}
