package dev.clipstream.search.http;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import java.io.IOException;

/// Reads originals for responses.
final class OriginalBytes {
    private OriginalBytes() {}

    /// Returns the encoded image of a medium.
    ///
    /// @throws SearchException if it is no longer available, or its source does not answer
    static byte[] of(Originals originals, IndexedMedia media) {
        try {
            return originals
                    .read(media)
                    .orElseThrow(() -> noPicture("no record at its offset in the upload topic, and no URI"));
        } catch (IOException e) {
            throw noPicture(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SearchException(Kind.UNAVAILABLE, "a running instance", "one that is stopping", "try again");
        }
    }

    private static SearchException noPicture(String found) {
        return new SearchException(
                Kind.NO_PICTURE,
                "the original image",
                found,
                "increase the retention of the upload topic, or allow access to the URI (fetch.allowed-roots,"
                        + " fetch.allowed-networks)");
    }
}
