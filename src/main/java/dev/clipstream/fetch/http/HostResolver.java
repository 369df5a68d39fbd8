package dev.clipstream.fetch.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Resolves host names.
@FunctionalInterface
interface HostResolver {

    /// Returns the addresses of a host. May block.
    ///
    /// @param host a name in ASCII, or a literal address without brackets
    /// @throws UnknownHostException if it has no address
    InetAddress[] resolve(String host) throws UnknownHostException;
}
