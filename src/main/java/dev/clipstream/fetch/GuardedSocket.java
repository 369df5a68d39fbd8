package dev.clipstream.fetch;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;

/// A socket that connects directly, past no proxy, and to no address that the guard refuses: the last
/// question before the packet leaves, whoever resolved the name.
final class GuardedSocket extends Socket {
    private final AddressGuard guard;

    GuardedSocket(AddressGuard guard) {
        super(Proxy.NO_PROXY);
        this.guard = guard;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        if (!(endpoint instanceof InetSocketAddress target)
                || target.isUnresolved()
                || !guard.permits(target.getAddress())) {
            throw new AddressRefusedException("the host");
        }
        super.connect(endpoint, timeoutMillis);
    }
}
