package dev.clipstream.fetch;

import java.io.Serial;
import java.net.UnknownHostException;

/// A host all of whose addresses the guard refuses. It says no address, which would map the
/// network for a stranger.
final class AddressRefusedException extends UnknownHostException {
    @Serial
    private static final long serialVersionUID = 1L;

    AddressRefusedException(String host) {
        super(host + " is at no address that may be connected to");
    }
}
