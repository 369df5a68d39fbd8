package dev.clipstream.index.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.fetch.LoopbackServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A self-signed certificate of 127.0.0.1, made by the keytool of the JDK.
///
/// @param certificate in PEM
/// @param key         in PEM
/// @param trustStore  trusts the certificate
public record TestCertificate(Path certificate, Path key, Path trustStore) {
    public static final String PASSWORD = "changeit";

    private static final String ALIAS = "redis";

    public static TestCertificate create(Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        int made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=Test",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assertThat(made).as("keytool").isZero();
        KeyStore opened = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            opened.load(in, PASSWORD.toCharArray());
        }
        Path certificate = pem(
                folder.resolve("certificate.pem"),
                "CERTIFICATE",
                opened.getCertificate(ALIAS).getEncoded());
        Path key = pem(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                opened.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
        KeyStore trusting = KeyStore.getInstance("PKCS12");
        trusting.load(null, null);
        trusting.setCertificateEntry(ALIAS, opened.getCertificate(ALIAS));
        Path trustStore = folder.resolve("trust.p12");
        try (var out = Files.newOutputStream(trustStore)) {
            trusting.store(out, PASSWORD.toCharArray());
        }
        return new TestCertificate(certificate, key, trustStore);
    }

    /// Returns a server on 127.0.0.1 with the certificate that [#create] made.
    public static LoopbackServer server(Path folder, LoopbackServer.Answer answer)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = PASSWORD.toCharArray();
        try (InputStream in = Files.newInputStream(folder.resolve("store.p12"))) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        ServerSocket socket = context.getServerSocketFactory().createServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        return new LoopbackServer(socket, answer);
    }

    private static Path pem(Path file, String kind, byte[] content) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n");
    }
}
