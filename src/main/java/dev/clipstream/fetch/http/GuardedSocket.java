package dev.clipstream.fetch.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;

/// A socket that connects without a proxy, and only to addresses that the guard permits. This is the last check before
/// a packet leaves, whatever resolved the name.
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
