package dev.clipstream.fetch;

import java.io.IOException;
import java.io.Serial;

/// A symbolic link, a folder or a device stands where a regular file or a real folder was
/// seen a moment before.
final class LinkFoundException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    LinkFoundException(String message) {
        super(message);
    }
}
