package dev.clipstream.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void aPrivilegedPortIsNoPortOfAnotherProgram() {
        assertThat(FreePorts.unbound("server.port", 80, new BindException("Permission denied")))
                .hasMessageContaining("server.port: Expected a port that this user may bind, found 80");
        assertThat(FreePorts.unbound("server.port", 80, new BindException("Address already in use")))
                .hasMessageContaining("found another program at 80");
    }
}
