package dev.clipstream.fetch;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/// Reads the bytes behind the URIs of one or more schemes. Safe for use by many threads.
///
/// A source is created from its own settings and registered with the [MediaFetcher], which adds the deadline, retries
/// and the limit of memory.
public interface MediaSource extends AutoCloseable {

    /// Returns the URI schemes that this source reads, in lower case.
    Set<String> schemes();

    /// Reads the whole content once. Blocks, and does not retry.
    ///
    /// Called on a virtual thread, which is interrupted when the deadline of the fetch passes or its stage closes.
    ///
    /// @param uri    absolute, of one of [#schemes()]; hostile
    /// @param intake every byte must be read through it: it keeps the limits of size and memory
    /// @throws FetchException       if the content does not exist, cannot be read or must not be read
    /// @throws InterruptedException if the fetch was given up
    byte[] fetch(URI uri, Intake intake) throws FetchException, InterruptedException;

    /// Returns the server that is contacted first for a URI, so that the number of fetches from it can be limited and
    /// its failures counted. A source without servers returns one origin for all of its URIs; its failures are not
    /// counted.
    ///
    /// @param uri absolute, of one of [#schemes()]; hostile
    /// @throws FetchException if the URI would be refused
    default Origin origin(URI uri) throws FetchException {
        return Origin.ofScheme(uri.getScheme().toLowerCase(Locale.ROOT));
    }

    /// Releases connections and other resources, if there are any.
    @Override
    default void close() {}
}
