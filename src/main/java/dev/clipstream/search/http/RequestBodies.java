package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/// Reads request bodies up to a size limit.
///
/// @param maxBytes the largest body in bytes, at least 1
record RequestBodies(int maxBytes) {

    /// Reads the complete body.
    ///
    /// @throws SearchException if the body is larger than the limit
    byte[] read(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            throw new SearchException(
                    Kind.TOO_LARGE,
                    "a body of at most " + maxBytes + " bytes",
                    "more",
                    "send a smaller image, or increase the setting search.max-bytes");
        }
        return body;
    }
}
