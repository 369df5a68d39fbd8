package dev.clipstream.search.http;

import dev.clipstream.index.IndexedMedia;
import java.io.IOException;
import java.util.Optional;

/// Reads the original images of media. Thread-safe.
public interface Originals {

    /// Returns the encoded image of a medium, or empty if it is no longer available.
    ///
    /// @throws IOException          if the image cannot be read or fetching is not allowed; the message has the
    ///     reason
    /// @throws SearchException      if the source is temporarily unavailable
    /// @throws InterruptedException if the caller's thread is interrupted
    Optional<byte[]> read(IndexedMedia media) throws IOException, InterruptedException;
}
