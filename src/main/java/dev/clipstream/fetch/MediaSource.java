package dev.clipstream.fetch;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/// Where bytes come from: the seam for another scheme. Safe for use by many threads.
public interface MediaSource extends AutoCloseable {

    /// The URI schemes that it takes, lower case.
    Set<String> schemes();

    /// Fetches the whole content once, blocking; called on a virtual thread, which is interrupted when
    /// the deadline of the fetch passes or its stage closes. Trying again is the
    /// [MediaFetcher]'s business.
    ///
    /// @param uri    absolute, of one of [#schemes()]; hostile
    /// @param intake through which every byte is read: it keeps the limits of size and memory
    /// @throws FetchException       if there are no such bytes, or they may not be had
    /// @throws InterruptedException if the caller gives up
    byte[] fetch(URI uri, Intake intake) throws FetchException, InterruptedException;

    /// Who answers first for a URI, for nobody to be asked too much at once: a host. A source that asks nobody else is
    /// one for all of its URIs.
    ///
    /// @param uri absolute, of one of [#schemes()]; hostile
    /// @throws FetchException if it will not be fetched
    default String origin(URI uri) throws FetchException {
        return uri.getScheme().toLowerCase(Locale.ROOT) + ":";
    }

    /// Lets go of connections and the like; a source without any has nothing to do.
    @Override
    default void close() {}
}
