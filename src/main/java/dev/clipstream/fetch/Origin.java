package dev.clipstream.fetch;

/// The server that a URI leads to first. Concurrent fetches are limited for each host; failures are counted for each
/// server, since the servers of a host may fail alone.
///
/// @param host in lower case; a scheme with its colon, such as `file:`, for a source without servers
/// @param port [#NO_PORT] for a source without servers
public record Origin(String host, int port) {
    static final int NO_PORT = -1;

    /// Returns the origin of all URIs of a source without servers.
    ///
    /// @param scheme in lower case
    static Origin ofScheme(String scheme) {
        return new Origin(scheme + ":", NO_PORT);
    }

    /// Returns whether this is a server, and not all of a source without servers.
    boolean isServer() {
        return port != NO_PORT;
    }

    /// Returns host and port for messages.
    @Override
    public String toString() {
        return isServer() ? (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port : host;
    }
}
