package dev.clipstream.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Names to addresses.
@FunctionalInterface
interface HostResolver {

    /// @param host name in ASCII, or a literal address without brackets
    /// @throws UnknownHostException if it has none
    InetAddress[] resolve(String host) throws UnknownHostException;
}
