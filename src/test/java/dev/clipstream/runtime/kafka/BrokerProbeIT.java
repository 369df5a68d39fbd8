package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.broker.SecuredListener;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Security settings that do not fit the port, against a broker that requires client certificates. The stores were made
/// with keytool; `expired.p12` holds a certificate that was valid for ten days in 2020.
class BrokerProbeIT {
    private static final String PASSWORD = "secret";

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.secured(
                folder,
                new SecuredListener(
                        "SSL",
                        Map.of(
                                "ssl.keystore.location",
                                store("server.p12"),
                                "ssl.keystore.password",
                                PASSWORD,
                                "ssl.keystore.type",
                                "PKCS12",
                                "ssl.truststore.location",
                                store("trust.p12"),
                                "ssl.truststore.password",
                                PASSWORD,
                                "ssl.truststore.type",
                                "PKCS12",
                                "ssl.client.auth",
                                "required"),
                        Map.of()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void aClientThatFitsIsAccepted() {
        assertThatCode(() -> check(broker.securedBootstrapServers(), tls("client.p12", PASSWORD)))
                .doesNotThrowAnyException();
        assertThatCode(() -> check(broker.bootstrapServers(), Map.of())).doesNotThrowAnyException();
    }

    @Test
    void aPortWithTlsIsNamedToAClientWithout() {
        assertThat(refusal(broker.securedBootstrapServers(), Map.of()))
                .contains("found a port that requires TLS")
                .contains("Set kafka.security.protocol=SSL");
        assertThat(refusal(broker.securedBootstrapServers(), Map.of("security.protocol", "SASL_PLAINTEXT")))
                .contains("Set kafka.security.protocol=SASL_SSL");
    }

    @Test
    void aPortWithoutTlsIsNamedToAClientWithIt() {
        assertThat(refusal(broker.bootstrapServers(), tls("client.p12", PASSWORD)))
                .contains("Expected a broker that speaks TLS")
                .contains("found one without");
    }

    @Test
    void aPortOfAnotherServiceIsNamed() throws Exception {
        try (ServerSocket web = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = Thread.ofVirtual().start(() -> {
                try (Socket client = web.accept()) {
                    client.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(refusal("127.0.0.1:" + web.getLocalPort(), Map.of())).contains("a port that speaks HTTP");
            server.join();
        }
    }

    @Test
    void aWrongPasswordOfAStoreIsNamedWithItsSetting() {
        assertThat(refusal(broker.securedBootstrapServers(), tls("client.p12", "wrong")))
                .contains("kafka.ssl.keystore.password: Expected the password of " + store("client.p12"))
                .doesNotContain("BadPadding");
        Map<String, String> trust = tls("client.p12", PASSWORD);
        trust.put("ssl.truststore.password", "wrong");
        assertThat(refusal(broker.securedBootstrapServers(), trust))
                .contains("kafka.ssl.truststore.password: Expected the password of " + store("trust.p12"));
        Map<String, String> key = tls("client.p12", PASSWORD);
        key.put("ssl.key.password", "wrong");
        assertThat(refusal(broker.securedBootstrapServers(), key))
                .contains("kafka.ssl.key.password: Expected the password of the key in " + store("client.p12"));
    }

    @Test
    void aMissingStoreIsNamed() {
        Map<String, String> missing = tls("client.p12", PASSWORD);
        missing.put("ssl.keystore.location", folder.resolve("nosuch.p12").toString());

        assertThat(refusal(broker.securedBootstrapServers(), missing))
                .contains("kafka.ssl.keystore.location: Expected a readable file, found none at ");
    }

    @Test
    void anExpiredCertificateOfTheClientIsNamedWithItsEnd() {
        assertThat(refusal(broker.securedBootstrapServers(), tls("expired.p12", PASSWORD)))
                .contains("Expected a client certificate that is valid now, found CN=old in " + store("expired.p12"))
                .contains("to 2020-01-11");
    }

    @Test
    void aMissingCertificateOfTheClientIsNamed() {
        Map<String, String> none = new HashMap<>(tls("client.p12", PASSWORD));
        none.keySet().removeIf(name -> name.startsWith("ssl.keystore"));

        assertThat(refusal(broker.securedBootstrapServers(), none))
                .contains("kafka.ssl.keystore.location: Expected a client certificate that the broker at")
                .contains("found none");
    }

    @Test
    void anUnknownAuthorityOfTheBrokerIsNamed() {
        assertThat(refusal(broker.securedBootstrapServers(), Map.of("security.protocol", "SSL")))
                .contains("kafka.ssl.truststore.location: Expected the authority that signed the certificate of the"
                        + " broker at " + broker.securedBootstrapServers());
    }

    @Test
    void aConnectionThatIsClosedIsNoRefusedCertificateAndTheNextServerIsChecked() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket balancer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try (Socket _ = balancer.accept()) {
                        connections.incrementAndGet();
                    } catch (IOException e) {
                        return; // the test ends
                    }
                }
            });
            String address = "127.0.0.1:" + balancer.getLocalPort();

            // then
            assertThatCode(() -> check(address, tls("client.p12", PASSWORD))).doesNotThrowAnyException();
            assertThat(connections).hasValueGreaterThan(1);
            assertThat(refusal(address + "," + broker.securedBootstrapServers(), Map.of("security.protocol", "SSL")))
                    .contains("kafka.ssl.truststore.location: Expected the authority");
        }
    }

    @Test
    void aBrokerThatIsNotThereIsLeftToTheClients() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThatCode(() -> check("127.0.0.1:" + port + ",nosuch.invalid:9092", Map.of()))
                .doesNotThrowAnyException();
    }

    private static String refusal(String servers, Map<String, String> properties) {
        StartException refused = catchThrowableOfType(StartException.class, () -> check(servers, properties));
        assertThat(refused).isNotNull();
        return String.valueOf(refused.getMessage());
    }

    private static void check(String servers, Map<String, String> properties) throws StartException {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("bootstrap.servers", servers);
        BrokerProbe.check(all, "kafka.");
    }

    private static Map<String, String> tls(String keyStore, String password) {
        return new HashMap<>(Map.of(
                "security.protocol",
                "SSL",
                "ssl.keystore.location",
                store(keyStore),
                "ssl.keystore.password",
                password,
                "ssl.truststore.location",
                store("trust.p12"),
                "ssl.truststore.password",
                PASSWORD));
    }

    private static String store(String name) {
        return Path.of("src/test/resources/dev/clipstream/runtime/kafka", name)
                .toAbsolutePath()
                .toString();
    }
}
