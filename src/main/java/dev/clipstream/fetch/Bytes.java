package dev.clipstream.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/// Reads to the end, but not without end.
final class Bytes {
    private Bytes() {}

    /// Memory grows with what comes, never with what is announced.
    ///
    /// @param maxBytes at most [FetchSettings#MOST_BYTES]
    /// @param tooLarge thrown when one byte more than `maxBytes` has come
    static byte[] read(InputStream from, long maxBytes, Supplier<FetchException> tooLarge)
            throws IOException, FetchException {
        byte[] bytes = from.readNBytes(Math.toIntExact(maxBytes + 1));
        if (bytes.length > maxBytes) {
            throw tooLarge.get();
        }
        return bytes;
    }
}
