package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/// Reads the bodies of requests, up to a limit.
///
/// @param mostBytes of a body, at least 1
record RequestBodies(int mostBytes) {

    /// The whole body.
    ///
    /// @throws SearchException if it is larger
    byte[] read(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(mostBytes + 1);
        if (body.length > mostBytes) {
            throw new SearchException(
                    Kind.TOO_LARGE,
                    "a body of at most " + mostBytes + " bytes",
                    "more",
                    "send a smaller picture, or raise the setting search.max-bytes");
        }
        return body;
    }
}
