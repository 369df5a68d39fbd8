package dev.clipstream.runtime.lifecycle;

import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/// Checks the ports of the web server before anything else starts. The web server itself binds them last, when the
/// model is open and the topologies have begun.
final class FreePorts {
    private static final int BACKLOG = 1;

    private FreePorts() {}

    /// Binds each port briefly.
    ///
    /// @throws IllegalStateException if one cannot be bound; its cause is a [StartException]
    static void require(Environment environment) {
        String address = environment.getProperty("server.address", "");
        try {
            require("server", address, environment.getProperty("server.port"));
            require(
                    "management.server",
                    environment.getProperty("management.server.address", address),
                    environment.getProperty("management.server.port"));
        } catch (StartException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static void require(String prefix, String address, @Nullable String port) throws StartException {
        if (port == null || !port.matches("[0-9]{1,5}")) {
            return; // not set, or a value that the web server refuses
        }
        int number = Integer.parseInt(port);
        if (number == 0 || number > 65_535) {
            return;
        }
        InetAddress host = null;
        try {
            host = address.isEmpty() ? null : InetAddress.getByName(address);
            new ServerSocket(number, BACKLOG, host).close();
        } catch (UnknownHostException e) {
            throw foreign(prefix, address, e);
        } catch (BindException e) {
            throw isForeign(host) ? foreign(prefix, address, e) : unbound(prefix + ".port", number, e);
        } catch (IOException e) {
            throw new StartException(
                    prefix + ".port: Expected a port that can be bound, found " + number + ": " + e.getMessage(), e);
        }
    }

    /// Returns whether an address belongs to another machine, for which binding any port fails.
    private static boolean isForeign(@Nullable InetAddress host) {
        if (host == null) {
            return false;
        }
        try {
            new ServerSocket(0, BACKLOG, host).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static StartException foreign(String prefix, String address, IOException cause) {
        return new StartException(
                prefix + ".address: Expected an address of this machine, found " + address
                        + ". Set 127.0.0.1 for this machine only, or 0.0.0.0 for all addresses",
                cause);
    }

    /// Returns the failure of a port that cannot be bound at an address of this machine.
    static StartException unbound(String setting, int port, BindException cause) {
        return String.valueOf(cause.getMessage()).contains("Permission denied")
                ? new StartException(
                        setting + ": Expected a port that this user may bind, found " + port
                                + ", which is privileged. Set a port above 1023 with --set " + setting
                                + "=N, or grant CAP_NET_BIND_SERVICE",
                        cause)
                : taken(setting, port);
    }

    /// Returns the failure of a port that another program uses.
    static StartException taken(String setting, int port) {
        return new StartException(setting + ": Expected a free port, found another program at " + port
                + ". Stop it, or set another port with --set " + setting + "=N (0: any free port)");
    }
}
