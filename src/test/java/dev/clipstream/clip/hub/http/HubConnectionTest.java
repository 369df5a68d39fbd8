package dev.clipstream.clip.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.hub.environment.HubEnvironment;
import dev.clipstream.fetch.LoopbackServer;
import dev.clipstream.index.redis.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS, proxies and pauses between a client and a hub.
class HubConnectionTest {
    private static final Retries ONCE = new Retries(1, Duration.ofMillis(1), Duration.ofSeconds(1));
    private static final byte[] ANSWER = "{\"answer\": 7}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;

    private static TestCertificate certificate;

    private final Map<String, String> variables = new HashMap<>();

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.create(folder);
    }

    private final List<String> waits = new ArrayList<>();

    private int ask(String uri) throws IOException, ModelException {
        return ask(uri, ONCE);
    }

    private int ask(String uri, Retries retries) throws IOException, ModelException {
        HubEnvironment environment = new HubEnvironment(variables, folder);
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-12-01T00:00:00Z"));
        Map<String, String> credentials = Map.of("Authorization", "Bearer secret");
        try (HubConnection hub =
                new HubConnection(environment, URI.create(uri), credentials, retries, clock, waits::add)) {
            return hub.json(URI.create(uri + "/question")).json().path("answer").asInt();
        }
    }

    @Test
    void aCertificateOfANetworksOwnAuthorityIsTrustedWhereItIsNamed() throws Exception {
        try (LoopbackServer server = TestCertificate.server(folder, LoopbackServer.content(ANSWER))) {
            String address = "https://127.0.0.1:" + server.port();
            assertThatIOException().isThrownBy(() -> ask(address)).withMessageContaining("certificat");

            variables.put("REQUESTS_CA_BUNDLE", certificate.certificate().toString());
            assertThat(ask(address)).isEqualTo(7);
        }
    }

    @Test
    void aRedirectFromHttpsToHttpIsRefused() throws Exception {
        variables.put("SSL_CERT_FILE", certificate.certificate().toString());
        try (LoopbackServer open = LoopbackServer.start(LoopbackServer.content(ANSWER));
                LoopbackServer server =
                        TestCertificate.server(folder, LoopbackServer.status(302, "Location: " + open.uri("/")))) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> ask("https://127.0.0.1:" + server.port()))
                    .withMessageContaining("redirect")
                    .withMessageContaining("https");
            assertThat(open.requests()).isEmpty();
        }
    }

    @Test
    void httpsGoesThroughItsProxyWithThePasswordThatTheProxyWants() throws Exception {
        String secret = Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.UTF_8));
        variables.put("SSL_CERT_FILE", certificate.certificate().toString());
        try (LoopbackServer server = TestCertificate.server(folder, LoopbackServer.content(ANSWER));
                TunnelProxy proxy = new TunnelProxy("Basic " + secret)) {
            variables.put("HF_ENDPOINT", "https://127.0.0.1:" + server.port());
            variables.put("HTTPS_PROXY", "http://me:p%40ss@127.0.0.1:" + proxy.port());

            // the hub's answer, which is none of a hub, has come through the proxy
            assertThat(said("model", "pull", "acme/clip")).contains("commit of 40 hexadecimal digits");
            assertThat(server.requests()).isNotEmpty();
            assertThat(proxy.requests())
                    .isNotEmpty()
                    .allMatch(request -> request.startsWith("CONNECT 127.0.0.1:") && !request.contains("Bearer"));

            // and another password is refused without being shown
            variables.put("HTTPS_PROXY", "http://me:other@127.0.0.1:" + proxy.port());
            assertThat(said("model", "pull", "acme/clip"))
                    .contains("407", "HTTPS_PROXY")
                    .doesNotContain("other");
        }
    }

    /// Runs the program, whose JDK sends passwords to proxies.
    private String said(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.clipstream.cli.Clipstream"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
        builder.environment().putAll(variables);
        builder.environment().put("HF_HOME", folder.resolve("home").toString());
        Process process = builder.redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void httpGoesThroughAnotherProxyUnlessTheHostIsExempt() throws Exception {
        try (LoopbackServer proxy = LoopbackServer.start(LoopbackServer.content(ANSWER));
                LoopbackServer direct = LoopbackServer.start(LoopbackServer.content(ANSWER))) {
            variables.put("http_proxy", "127.0.0.1:" + proxy.port());
            variables.put("NO_PROXY", "localhost, .internal.example,127.0.0.1");

            assertThat(ask("http://hub.example")).isEqualTo(7);
            assertThat(proxy.requests()).hasSize(1).first().asString().startsWith("GET http://hub.example/question");
            assertThat(ask("http://127.0.0.1:" + direct.port())).isEqualTo(7);
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "http://", ":::"})
    void aProxyThatIsNoneIsRefusedWithoutItsValue(String proxy) {
        variables.put("HTTPS_PROXY", proxy);

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ask("https://127.0.0.1"))
                .withMessageContaining("HTTPS_PROXY")
                .satisfies(refusal ->
                        assertThat(String.valueOf(refusal.getMessage())).doesNotContain("found " + proxy));
    }

    @Test
    void aProxyOfAnotherKindIsRefusedOnlyWhereTheHubNeedsIt() throws Exception {
        variables.put("ALL_PROXY", "socks5://127.0.0.1:1");
        try (LoopbackServer hub = LoopbackServer.start(LoopbackServer.content(ANSWER))) {
            assertThatExceptionOfType(ModelException.class)
                    .isThrownBy(() -> ask(hub.uri("")))
                    .withMessageContaining("HOST:PORT in ALL_PROXY")
                    .withMessageContaining("NO_PROXY");

            variables.put("no_proxy", "127.0.0.1");
            assertThat(ask(hub.uri(""))).isEqualTo(7);

            // and the proxy of another scheme does not matter
            variables.remove("ALL_PROXY");
            variables.remove("no_proxy");
            variables.put("https_proxy", "socks5://127.0.0.1:1");
            assertThat(ask(hub.uri(""))).isEqualTo(7);
        }
    }

    @Test
    void aFileOfCertificatesThatIsMissingIsRefused() {
        variables.put("SSL_CERT_FILE", folder.resolve("none.pem").toString());

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ask("https://127.0.0.1"))
                .withMessageContaining("SSL_CERT_FILE")
                .withMessageContaining("none.pem");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Retry-After: 0",
                "Retry-After: Mon, 30 Nov 2026 00:00:00 GMT",
                "RateLimit: \"api\";r=0;t=1",
                "X-Nothing: 1"
            })
    void aBusyServersPauseIsKept(String header) throws Exception {
        Retries twice = new Retries(2, Duration.ofMillis(1), Duration.ofSeconds(1));
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
            LoopbackServer.Answer answer =
                    count == 1 ? LoopbackServer.status(429, header) : LoopbackServer.content(ANSWER);
            answer.to(request, count, out);
        })) {
            assertThat(ask(server.uri(""), twice)).isEqualTo(7);
            assertThat(waits.toString())
                    .isEqualTo(
                            header.endsWith("t=1")
                                    ? "[HTTP status 429 from 127.0.0.1, which asks to wait for 1 s: waiting for 1 s]"
                                    : "[]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Retry-After: 2", "Retry-After: Tue, 01 Dec 2026 00:00:02 GMT", "RateLimit: \"api\";r=0;t=2"})
    void aPauseThatIsLongerThanAllowedEndsTheAttempt(String header) throws Exception {
        Retries twice = new Retries(2, Duration.ofMillis(1), Duration.ofSeconds(1));
        try (LoopbackServer server = LoopbackServer.start(LoopbackServer.status(429, header))) {
            assertThatIOException().isThrownBy(() -> ask(server.uri(""), twice)).withMessageContaining("wait for 2 s");
            assertThat(server.requests()).hasSize(1);
        }
    }
}
