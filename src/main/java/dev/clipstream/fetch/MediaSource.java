package dev.clipstream.fetch;

import java.net.URI;
import java.util.Set;

/// Where bytes come from: the seam for another scheme. Safe for use by many threads.
public interface MediaSource extends AutoCloseable {

    /// The URI schemes that it takes, lower case.
    Set<String> schemes();

    /// Fetches the whole content once, blocking; called on a virtual thread, which is interrupted when
    /// the deadline of the fetch passes or its stage closes. Trying again is the
    /// [MediaFetcher]'s business.
    ///
    /// @param uri      absolute, of one of [#schemes()]; hostile
    /// @param maxBytes most bytes to read; reading stops beyond
    /// @throws FetchException       if there are no such bytes, or they may not be had
    /// @throws InterruptedException if the caller gives up
    byte[] fetch(URI uri, long maxBytes) throws FetchException, InterruptedException;

    /// Lets go of connections and the like; a source without any has nothing to do.
    @Override
    default void close() {}
}
