package dev.clipstream.fetch.http;

import java.net.InetAddress;
import java.util.Arrays;

/// A block of addresses in CIDR form. An IPv4 block contains no IPv6 address and vice versa. Immutable.
final class Network {
    private final byte[] prefix;
    private final int bits;

    private Network(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /// Parses a network.
    ///
    /// @param cidr a literal address, optionally with `/` and the number of bits in the prefix
    /// @throws IllegalArgumentException if it is not a valid network, or has bits set beyond the prefix
    static Network parse(String cidr) {
        int slash = cidr.indexOf('/');
        String literal = slash < 0 ? cidr : cidr.substring(0, slash);
        if (literal.indexOf(':') < 0 && !HttpTarget.isDottedQuad(literal)) {
            throw refused(cidr, "not four decimal numbers");
        }
        byte[] address;
        int bits;
        try {
            address = InetAddress.ofLiteral(literal).getAddress();
            bits = slash < 0 ? address.length * Byte.SIZE : Integer.parseInt(cidr.substring(slash + 1));
        } catch (IllegalArgumentException notOne) {
            throw refused(cidr, "not a literal address with a number of bits");
        }
        if (bits < 0 || bits > address.length * Byte.SIZE) {
            throw refused(cidr, bits + " bits");
        }
        for (int bit = bits; bit < address.length * Byte.SIZE; bit++) {
            if ((address[bit / Byte.SIZE] >> (7 - bit % Byte.SIZE) & 1) != 0) {
                throw refused(cidr, "bits set beyond the first " + bits);
            }
        }
        return new Network(address, bits);
    }

    /// Returns whether this network contains an address.
    ///
    /// @param address 4 or 16 bytes in network order
    boolean contains(byte[] address) {
        if (address.length != prefix.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
            return false;
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || (address[whole] ^ prefix[whole]) >> (Byte.SIZE - rest) == 0;
    }

    private static IllegalArgumentException refused(String cidr, String found) {
        return new IllegalArgumentException("Expected a network such as 10.1.0.0/16, fd00::/8 or a single address in"
                + " fetch.allowed-networks, found '" + cidr + "' (" + found + "). Correct it.");
    }
}
