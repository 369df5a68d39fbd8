package dev.clipstream.fetch.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Decides which addresses may be connected to: public ones, and those that the operator allowed.
///
/// URIs are hostile and this service runs inside a private network, so an "image" at the cloud's metadata service or at
/// an internal admin page is an attack (SSRF). The guard checks addresses, not names, and it checks the very address to
/// which a socket is about to connect, so that a name which changes its address (DNS rebinding) gains nothing.
///
/// An IPv4 address is public unless IANA's special-purpose registry, or the practice of a cloud, says otherwise. An
/// IPv6 address is refused unless it is global unicast (2000::/3) outside the special blocks. An address with NAT64's
/// well-known prefix counts as the IPv4 address that it contains. Immutable.
final class AddressGuard {
    /// Special-purpose blocks (RFC 6890 and IANA's registry), and addresses of cloud metadata services outside
    /// them.
    private static final List<Network> SPECIAL = networks(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared by carriers; Alibaba's metadata at 100.100.100.200
            "127.0.0.0/8", // loopback
            "168.63.129.16", // Azure's platform address
            "169.254.0.0/16", // link-local; metadata of AWS, Azure, GCP and others at 169.254.169.254
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments; Oracle's metadata at 192.0.0.192
            "192.0.2.0/24", // TEST-NET-1
            "192.31.196.0/24", // AS112
            "192.52.193.0/24", // AMT
            "192.88.99.0/24", // 6to4 relays, retired
            "192.168.0.0/16", // private
            "192.175.48.0/24", // AS112
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // TEST-NET-2
            "203.0.113.0/24", // TEST-NET-3
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved; broadcast at its end
            "2001::/23", // protocol assignments; Teredo, ORCHID
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4: an IPv4 address behind an unknown relay
            "2620:4f:8000::/48", // AS112
            "3fff::/20"); // documentation

    private static final Network GLOBAL_UNICAST = Network.parse("2000::/3");
    private static final Network NAT64 = Network.parse("64:ff9b::/96");
    private static final int IPV4_MAPPED_PREFIX = 12;

    private final List<Network> allowed;

    /// @param allowedNetworks blocks in CIDR form and single addresses that are allowed although they are not
    ///                        public
    /// @throws IllegalArgumentException if one of them is not a valid network
    AddressGuard(List<String> allowedNetworks) {
        this.allowed = networks(allowedNetworks.toArray(String[]::new));
    }

    /// Returns whether a socket may connect to an address.
    boolean permits(InetAddress address) {
        byte[] bytes = plain(address.getAddress());
        return within(allowed, bytes) || isPublic(bytes);
    }

    private boolean isPublic(byte[] address) {
        if (NAT64.contains(address)) {
            byte[] embedded = Arrays.copyOfRange(address, 12, 16);
            return within(allowed, embedded) || isPublic(embedded);
        }
        boolean unicast = address.length == 4 || GLOBAL_UNICAST.contains(address);
        return unicast && !within(SPECIAL, address);
    }

    /// Unwraps IPv4-mapped IPv6 (::ffff:0:0/96): a connection would go to the IPv4 address.
    private static byte[] plain(byte[] address) {
        boolean mapped = address.length == 16 && address[10] == -1 && address[11] == -1;
        for (int i = 0; mapped && i < IPV4_MAPPED_PREFIX - 2; i++) {
            mapped = address[i] == 0;
        }
        return mapped ? Arrays.copyOfRange(address, IPV4_MAPPED_PREFIX, 16) : address;
    }

    private static boolean within(List<Network> networks, byte[] address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static List<Network> networks(String... cidrs) {
        return Stream.of(cidrs).map(Network::parse).toList();
    }
}
