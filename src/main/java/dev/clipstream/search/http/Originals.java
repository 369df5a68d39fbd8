package dev.clipstream.search.http;

import dev.clipstream.index.IndexedMedia;
import java.io.IOException;
import java.util.Optional;

/// The pictures behind media, as they were uploaded. Safe for use by many threads.
public interface Originals {

    /// The encoded picture of a medium; empty: there is no way to it any more.
    ///
    /// @throws IOException          if it may not be had; the message tells why
    /// @throws SearchException      if who has it does not answer now
    /// @throws InterruptedException if the caller's thread is interrupted
    Optional<byte[]> read(IndexedMedia media) throws IOException, InterruptedException;
}
