package dev.clipstream.search.http.entry;

import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// Reads request bodies within limits of size, time and memory.
///
/// @param maxBytes the largest body in bytes, at least 1
/// @param timeout  the longest time for a body
record BodyReader(int maxBytes, Duration timeout) {
    private static final int PIECE = 8 << 10;

    /// Reads the complete body.
    ///
    /// @param memory takes the bytes of the body
    /// @throws SearchException if the body exceeds a limit; the rest of it has not been read
    /// @throws IOException     if the client stops sending; the web server then responds with 400
    byte[] read(HttpServletRequest request, ByteBudget.Share memory) throws IOException, InterruptedException {
        if (request.getContentLengthLong() > maxBytes) {
            throw tooLarge();
        }
        Pace pace = new Pace(timeout);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        InputStream in = request.getInputStream();
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            if (body.size() + read > maxBytes) {
                throw tooLarge();
            }
            if (!pace.isKeptWith(read)) {
                throw tooSlow(body.size() + read);
            }
            if (!memory.add(read)) {
                throw new SearchException(
                        Kind.UNAVAILABLE,
                        "memory for another request body",
                        "too many bodies at the same time",
                        "try again later, add instances, or raise the heap (-Xmx)");
            }
            body.write(piece, 0, read);
        }
        return body.toByteArray();
    }

    private SearchException tooSlow(int bytes) {
        return new SearchException(
                Kind.TOO_SLOW,
                "the whole body within " + timeout.toSeconds() + " s, and a steady flow until then",
                bytes + " bytes so far",
                "send it again over a faster connection, or raise search.body-timeout");
    }

    private SearchException tooLarge() {
        return new SearchException(
                Kind.TOO_LARGE,
                "a body of at most " + maxBytes + " bytes",
                "more",
                "send a smaller image, or increase the setting search.max-bytes");
    }
}
