package dev.clipstream.search.http.entry;

import java.net.InetAddress;
import java.util.Locale;

/// The names under which a client on this machine reaches the service.
final class LoopbackName {
    private LoopbackName() {}

    /// Returns whether a host names this machine without DNS: `localhost` in any case, or a loopback address.
    ///
    /// @param host as in the header `Host`, without the port
    static boolean is(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        try {
            return name.equals("localhost")
                    || InetAddress.ofLiteral(unbracketed(name)).isLoopbackAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private static String unbracketed(String name) {
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }
}
