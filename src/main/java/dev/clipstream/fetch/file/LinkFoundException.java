package dev.clipstream.fetch.file;

import java.io.IOException;
import java.io.Serial;

/// Thrown when a symbolic link, a folder or a device has replaced a file or folder that was checked before.
final class LinkFoundException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    LinkFoundException(String message) {
        super(message);
    }
}
