package dev.clipstream.runtime.web;

import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 with a deadline for the whole header of a request: the setting `server.tomcat.connection-timeout`, which
/// otherwise begins again with each byte. Created by the web server.
public final class HeaderDeadlineProtocol extends Http11NioProtocol {
    @Override
    protected Processor createProcessor() {
        return new DeadlineProcessor(this, getAdapter());
    }

    /// Reads the requests of a connection, and later of other connections. Used by one thread at a time.
    private static final class DeadlineProcessor extends Http11Processor {
        private final HeaderDeadlineProtocol protocol;
        private @Nullable SocketWrapperBase<?> connection;
        private long beganNanos;
        private boolean incomplete;

        DeadlineProcessor(HeaderDeadlineProtocol protocol, Adapter adapter) {
            super(protocol, adapter);
            this.protocol = protocol;
        }

        /// Called when bytes arrive before the end of a header.
        @Override
        public SocketState service(SocketWrapperBase<?> socket) throws IOException {
            if (!incomplete || !socket.equals(connection)) {
                connection = socket;
                beganNanos = System.nanoTime();
            } else if (System.nanoTime() - beganNanos > limit().toNanos()) {
                incomplete = false;
                return SocketState.CLOSED;
            }
            SocketState state = super.service(socket);
            incomplete = state == SocketState.LONG && !isAsync();
            return state;
        }

        private Duration limit() {
            return Duration.ofMillis(protocol.getConnectionTimeout());
        }
    }
}
