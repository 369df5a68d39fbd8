package dev.clipstream.index.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;

/// Finds nodes of a cluster that do not accept connections at the address that they announce. Clients learn the
/// addresses from the cluster, so a node that announces one of another network is reachable from no client here,
/// although the hosts of the URL are.
final class AnnouncedNodes {
    private AnnouncedNodes() {}

    /// Returns what is wrong and what to do as part of a sentence that begins with "found"; empty: all nodes accept
    /// connections.
    ///
    /// @param nodes    as the cluster announces them
    /// @param patience for each node
    static String unreachable(Collection<String> nodes, Duration patience) {
        String addresses = nodes.parallelStream()
                .filter(node -> !accepts(HostAndPort.from(node), patience))
                .sorted()
                .collect(Collectors.joining(", "));
        return addresses.isEmpty()
                ? ""
                : "no node at " + addresses
                        + ", as the cluster announces. Check that the node runs; if it does, set its"
                        + " cluster-announce-ip and cluster-announce-port to an address that clients reach";
    }

    private static boolean accepts(HostAndPort node, Duration patience) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.getHost(), node.getPort()), Math.toIntExact(patience.toMillis()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
