package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.StartException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connects to a bootstrap server once before any Kafka client is created, and refuses security settings that do not
/// fit the port or the files they name.
///
/// Kafka's clients report these badly. Without TLS, a client takes the answer of a port with TLS for the length of a
/// response and allocates it. Without SASL, it retries until a timeout. A failed handshake prints hundreds of lines.
public final class BrokerProbe {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerProbe.class);
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 5_000;
    private static final int ATTEMPTS_WITH_TLS = 4;
    private static final int ALERT_MILLIS = 500;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Map<String, Object> values;
    private final String prefix;
    private final SecurityProtocol protocol;
    private final @Nullable TlsSettings tls;
    private final Clock clock;

    private BrokerProbe(Map<String, ?> properties, String prefix, Clock clock) throws StartException {
        this.values = AdminClientConfig.configDef().parse(properties);
        this.prefix = prefix;
        this.clock = clock;
        this.protocol =
                SecurityProtocol.forName(String.valueOf(values.get(AdminClientConfig.SECURITY_PROTOCOL_CONFIG)));
        boolean standard = values.get(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG) == null;
        this.tls = isTls() && standard ? new TlsSettings(values, prefix) : null;
    }

    /// Checks the first bootstrap server that accepts a connection. Does nothing if none does, because clients retry.
    ///
    /// @param properties of an admin client
    /// @param prefix     of the properties' names in messages, such as `kafka.`
    /// @throws StartException if the settings do not fit
    /// @throws org.apache.kafka.common.config.ConfigException if a property is not valid
    public static void check(Map<String, ?> properties, String prefix) throws StartException {
        BrokerProbe probe = new BrokerProbe(properties, prefix, Clock.systemUTC());
        if (probe.isTls() && probe.tls == null) {
            return; // the user's own engine makes the connections
        }
        for (InetSocketAddress address : probe.addresses()) {
            if (probe.check(address)) {
                return;
            }
        }
    }

    /// Returns the addresses that clients connect to, with the names that they expect in certificates.
    private List<InetSocketAddress> addresses() {
        List<String> servers = values.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG) instanceof List<?> set
                ? set.stream().map(String::valueOf).toList()
                : List.of();
        try {
            return ClientUtils.parseAndValidateAddresses(
                    servers, String.valueOf(values.get(AdminClientConfig.CLIENT_DNS_LOOKUP_CONFIG)));
        } catch (ConfigException e) {
            LOG.debug("No server can be resolved: {}", servers, e);
            return List.of();
        }
    }

    /// Returns whether the server answered. A connection with TLS that is closed is tried again: a load balancer closes
    /// it, too, while the broker behind it starts, and an alert that arrives while the client sends is lost. So all
    /// attempts but the first wait for an alert before they send a request.
    private boolean check(InetSocketAddress address) throws StartException {
        for (int attemptsLeft = tls == null ? 1 : ATTEMPTS_WITH_TLS; attemptsLeft > 0; attemptsLeft--) {
            try (Socket connection = connect(address)) {
                if (tls == null) {
                    checkPlain(connection, address);
                } else {
                    checkTls(connection, address, tls, attemptsLeft < ATTEMPTS_WITH_TLS);
                }
                return true;
            } catch (ConnectException | SocketTimeoutException e) {
                LOG.debug("The broker at {} does not answer", address, e);
                return false;
            } catch (IOException e) {
                LOG.debug("The broker at {} closes the connection", address, e);
            }
            if (attemptsLeft > 1) {
                pause();
            }
        }
        return false;
    }

    private static void pause() throws StartException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("The start was interrupted", e);
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(address, CONNECT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void checkPlain(Socket connection, InetSocketAddress address) throws IOException, StartException {
        ProbeRequests requests = new ProbeRequests(connection);
        switch (requests.versions()) {
            case TLS -> throw mismatch(address, "TLS", protocol == SecurityProtocol.PLAINTEXT ? "SSL" : "SASL_SSL");
            case HTTP ->
                throw new StartException("bootstrap-servers: Expected a Kafka broker at " + text(address)
                        + ", found a port that speaks HTTP. Check the port");
            case KAFKA -> checkSasl(requests, address);
            case SILENT, OTHER -> LOG.debug("The port {} closed the connection, or speaks another protocol", address);
        }
    }

    private void checkSasl(ProbeRequests requests, InetSocketAddress address) throws IOException, StartException {
        if (isSasl() || requests.answersWithoutSasl()) {
            return;
        }
        List<String> mechanisms;
        try (Socket connection = connect(address)) {
            mechanisms = new ProbeRequests(secured(connection, address)).mechanisms();
        }
        if (mechanisms.isEmpty()) {
            LOG.debug("The port {} closed the connection, and knows no SASL mechanism", address);
            return;
        }
        throw mismatch(address, "SASL " + mechanisms, isTls() ? "SASL_SSL" : "SASL_PLAINTEXT");
    }

    private Socket secured(Socket connection, InetSocketAddress address) throws IOException {
        return tls == null ? connection : handshake(connection, address, tls);
    }

    private StartException mismatch(InetSocketAddress address, String speaks, String instead) {
        String more = instead.startsWith("SASL")
                ? ", " + prefix + "sasl.mechanism and " + prefix + "sasl.jaas.config"
                : " (SASL_SSL with users and passwords)";
        String trust = instead.endsWith("SSL") && !isTls()
                ? ", and " + prefix + "ssl.truststore.location unless a public authority signed its certificate"
                : "";
        return new StartException(prefix + "security.protocol: Expected a broker that speaks " + protocol + " at "
                + text(address) + ", found a port that requires " + speaks + ". Set " + prefix + "security.protocol="
                + instead + more + trust);
    }

    /// @param waits whether an alert is waited for before a request is sent
    private void checkTls(Socket connection, InetSocketAddress address, TlsSettings tls, boolean waits)
            throws IOException, StartException {
        SSLSocket secured;
        try {
            secured = handshake(connection, address, tls);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SSLException | EOFException | SocketException e) {
            switch (plainAnswer(address)) {
                case KAFKA -> throw withoutTls(address);
                case TLS -> throw new StartException(explain(e, address, tls));
                case HTTP, SILENT, OTHER -> throw e;
            }
            return;
        }
        // a broker judges the client's certificate after the handshake
        ProbeRequests.Protocol found;
        ProbeRequests requests = new ProbeRequests(secured);
        try {
            if (waits) {
                waitForAlert(secured);
            }
            found = requests.versions();
        } catch (SSLException e) {
            if (isAlert(e)) {
                throw new StartException(refusedCertificate(address, tls, e));
            }
            throw e;
        }
        switch (found) {
            case KAFKA -> checkSasl(requests, address);
            case SILENT -> throw new EOFException("Closed after the handshake");
            case TLS, HTTP, OTHER -> LOG.debug("The port {} speaks another protocol inside TLS", address);
        }
        tls.expired(clock.instant()).ifPresent(LOG::warn);
    }

    /// Returns after a short silence; a broker does not speak first.
    private static void waitForAlert(SSLSocket secured) throws IOException {
        secured.setSoTimeout(ALERT_MILLIS);
        try {
            if (secured.getInputStream().read() < 0) {
                throw new EOFException("Closed after the handshake");
            }
        } catch (SocketTimeoutException silent) {
            secured.setSoTimeout(ANSWER_MILLIS);
        }
    }

    private static boolean isAlert(IOException failure) {
        return String.valueOf(failure.getMessage()).contains("Received fatal alert");
    }

    private String refusedCertificate(InetSocketAddress address, TlsSettings tls, IOException failure) {
        return tls.expired(clock.instant())
                .orElseGet(() -> tls.name(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG)
                        + ": Expected a client certificate that the broker at " + text(address) + " accepts, found "
                        + tls.certificate()
                                .map(certificate -> certificate.getSubjectX500Principal() + ", issued by "
                                        + certificate.getIssuerX500Principal())
                                .orElse("none")
                        + " (" + failure.getMessage()
                        + "). Set a key store with a certificate of an authority that the broker trusts");
    }

    private SSLSocket handshake(Socket connection, InetSocketAddress address, TlsSettings tls) throws IOException {
        SSLSocket secured = (SSLSocket) tls.context()
                .getSocketFactory()
                .createSocket(connection, address.getHostString(), address.getPort(), true);
        SSLParameters parameters = secured.getSSLParameters();
        Object algorithm = values.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
        parameters.setEndpointIdentificationAlgorithm(algorithm == null ? "" : algorithm.toString());
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static ProbeRequests.Protocol plainAnswer(InetSocketAddress address) throws IOException {
        try (Socket connection = connect(address)) {
            return new ProbeRequests(connection).versions();
        }
    }

    private StartException withoutTls(InetSocketAddress address) {
        return new StartException(prefix + "security.protocol: Expected a broker that speaks TLS at " + text(address)
                + ", found one without. Set " + prefix + "security.protocol="
                + (isSasl() ? "SASL_PLAINTEXT" : "PLAINTEXT") + ", or use the broker's port for TLS");
    }

    /// @throws IOException the failure, if the connection was only closed
    private String explain(IOException failure, InetSocketAddress address, TlsSettings tls) throws IOException {
        StringBuilder messages = new StringBuilder();
        boolean brokerExpired = false;
        Throwable deepest = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
            brokerExpired |= cause instanceof CertificateExpiredException;
            deepest = cause;
        }
        if (isAlert(failure)) {
            return refusedCertificate(address, tls, failure);
        }
        if (!(deepest instanceof GeneralSecurityException || deepest instanceof SSLException)) {
            throw failure;
        }
        String all = messages.toString();
        String broker = "the broker at " + text(address);
        if (brokerExpired) {
            return "bootstrap-servers: Expected a valid certificate of " + broker + ", found one that has expired ("
                    + deepest.getMessage() + "). Renew it";
        }
        if (all.contains("PKIX") || all.contains("certification path") || all.contains("trustAnchors")) {
            return tls.name(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG) + ": Expected the authority that signed the"
                    + " certificate of " + broker + ", found no such authority in " + tls.where(false)
                    + ". Set a trust store that has it";
        }
        if (all.contains("subject alternative") || all.contains("No name matching")) {
            return "bootstrap-servers: Expected a certificate with the name " + address.getHostString() + " at "
                    + broker + ", found others (" + deepest.getMessage() + "). Connect by a name in the certificate";
        }
        return prefix + "security.protocol: Expected a TLS connection to " + broker + ", found: " + deepest.getMessage()
                + ". Check the " + prefix + "ssl.* settings";
    }

    private boolean isTls() {
        return protocol == SecurityProtocol.SSL || protocol == SecurityProtocol.SASL_SSL;
    }

    private boolean isSasl() {
        return protocol == SecurityProtocol.SASL_PLAINTEXT || protocol == SecurityProtocol.SASL_SSL;
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
