package dev.clipstream.bench.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopbackHostsTest {
    private static final List<byte[]> PICTURES = List.of(new byte[] {1, 2, 3}, new byte[] {4});

    @Test
    void imagesAreServedByTheirIndex() throws Exception {
        try (LoopbackHosts hosts = new LoopbackHosts()) {
            String uri = hosts.serving(PICTURES);

            assertThat(read(uri + "0")).containsExactly(1, 2, 3);
            assertThat(read(uri + "1")).containsExactly(4);
        }
    }

    @Test
    void aSilentHostAcceptsARequestAndDoesNotAnswer() throws Exception {
        try (LoopbackHosts hosts = new LoopbackHosts();
                Socket socket = connected(hosts.silent())) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(50);

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> socket.getInputStream().read());
        }
    }

    @Test
    void aRefusingHostRefusesConnections() throws Exception {
        try (LoopbackHosts hosts = new LoopbackHosts()) {
            String uri = hosts.refusing();

            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connected(uri));
        }
    }

    @Test
    void allHostsDifferAndEndWhenTheyAreClosed() throws Exception {
        // given
        List<String> uris;
        try (LoopbackHosts hosts = new LoopbackHosts()) {
            uris = List.of(hosts.silent(), hosts.silent(), hosts.refusing(), hosts.serving(PICTURES));
        }

        // then
        assertThat(uris).doesNotHaveDuplicates();
        assertThat(uris)
                .allSatisfy(
                        uri -> assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connected(uri)));
    }

    private static byte[] read(String uri) throws IOException {
        try (InputStream in = URI.create(uri).toURL().openStream()) {
            return in.readAllBytes();
        }
    }

    private static Socket connected(String uri) throws IOException {
        URI parsed = URI.create(uri);
        return new Socket(parsed.getHost(), parsed.getPort());
    }
}
