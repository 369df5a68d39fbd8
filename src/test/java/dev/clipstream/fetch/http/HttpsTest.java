package dev.clipstream.fetch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.Intakes;
import dev.clipstream.fetch.LoopbackServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// TLS against a server that has a certificate of its own making for `pictures.example`; made by `keytool -genkeypair
/// -keyalg EC -ext san=dns:pictures.example -validity 36500`.
@Timeout(60)
class HttpsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final HttpSettings SETTINGS = new HttpSettings(
            Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(20), 3, List.of("127.0.0.1"));
    private static final HostResolver EVERYTHING_HERE = host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};

    @Test
    void aServerIsBelievedForTheNameInItsTrustedCertificate() throws Exception {
        try (LoopbackServer server = server();
                HttpSource source = new HttpSource(SETTINGS, EVERYTHING_HERE, tls(), Clock.systemUTC())) {
            assertThat(source.fetch(URI.create("https://pictures.example:" + server.port() + "/"), Intakes.upTo(10)))
                    .containsExactly(7);
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .contains("Host: pictures.example:" + server.port());
        }
    }

    @Test
    void aServerIsNotBelievedForAnotherName() throws Exception {
        try (LoopbackServer server = server();
                HttpSource source = new HttpSource(SETTINGS, EVERYTHING_HERE, tls(), Clock.systemUTC())) {
            assertUnreachable(source, "https://other.example:" + server.port() + "/");
            assertUnreachable(source, "https://127.0.0.1:" + server.port() + "/");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aServerIsNotBelievedWithACertificateThatNobodyTrusts() throws Exception {
        try (LoopbackServer server = server();
                HttpSource source =
                        new HttpSource(SETTINGS, EVERYTHING_HERE, SSLContext.getDefault(), Clock.systemUTC())) {
            assertUnreachable(source, "https://pictures.example:" + server.port() + "/");
            assertThat(server.requests()).isEmpty();
        }
    }

    private static void assertUnreachable(HttpSource source, String uri) {
        assertThatThrownBy(() -> source.fetch(URI.create(uri), Intakes.upTo(10)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.UNREACHABLE))
                .hasMessageContaining("certificate");
    }

    private static LoopbackServer server() throws Exception {
        ServerSocket socket = tls().getServerSocketFactory().createServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        return new LoopbackServer(socket, LoopbackServer.content(new byte[] {7}));
    }

    private static SSLContext tls() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Objects.requireNonNull(HttpsTest.class.getResourceAsStream("pictures.example.p12"))) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return tls;
    }
}
