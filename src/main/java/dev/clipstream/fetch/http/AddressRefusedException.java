package dev.clipstream.fetch.http;

import java.io.Serial;
import java.net.UnknownHostException;

/// Thrown when the guard refuses every address of a host. The message has no address, because that would reveal the
/// internal network.
final class AddressRefusedException extends UnknownHostException {
    @Serial
    private static final long serialVersionUID = 1L;

    AddressRefusedException(String host) {
        super("Expected a permitted address of " + host + ", found none.");
    }
}
