package dev.clipstream.search;

import dev.clipstream.index.IndexedMedia;
import java.io.IOException;
import java.util.Optional;

/// The pictures behind media, as they were uploaded. Safe for use by many threads.
public interface Originals {

    /// The encoded picture of a medium; empty: there is no way to it any more.
    ///
    /// @throws IOException          if it may not be had now; the message tells why
    /// @throws InterruptedException if the caller's thread is interrupted
    Optional<byte[]> read(IndexedMedia media) throws IOException, InterruptedException;
}
