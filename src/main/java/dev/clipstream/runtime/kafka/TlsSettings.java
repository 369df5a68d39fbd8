package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/// The key store and the trust store of a Kafka client, read as the client reads them. Immutable.
final class TlsSettings {
    private final Map<String, ?> values;
    private final String prefix;
    private final DefaultSslEngineFactory factory = new DefaultSslEngineFactory();

    /// Reads the stores.
    ///
    /// @param values parsed properties of a client
    /// @param prefix of the properties' names in messages
    /// @throws StartException if a store cannot be read
    TlsSettings(Map<String, ?> values, String prefix) throws StartException {
        this.values = values;
        this.prefix = prefix;
        requireFile(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, values);
        requireFile(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, values);
        try {
            factory.configure(values);
        } catch (KafkaException e) {
            throw new StartException(unreadable(e));
        }
    }

    private void requireFile(String setting, Map<String, ?> values) throws StartException {
        Object location = values.get(setting);
        if (location != null && !Files.isReadable(Path.of(location.toString()))) {
            throw new StartException(
                    name(setting) + ": Expected a readable file, found none at " + location + ". Check the path");
        }
    }

    SSLContext context() {
        return factory.sslContext();
    }

    /// Returns the client's own certificate; empty: it has none.
    Optional<X509Certificate> certificate() {
        KeyStore store = factory.keystore();
        if (store == null) {
            return Optional.empty();
        }
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                    return Optional.of(certificate);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Expected a key store that was loaded", e);
        }
        return Optional.empty();
    }

    /// Returns why the client's own certificate is not valid at a time; empty: it is valid, or there is none.
    Optional<String> expired(Instant now) {
        return certificate()
                .filter(certificate -> now.isAfter(certificate.getNotAfter().toInstant())
                        || now.isBefore(certificate.getNotBefore().toInstant()))
                .map(certificate -> name(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG)
                        + ": Expected a client certificate that is valid now, found "
                        + certificate.getSubjectX500Principal() + " in " + where(true) + ", valid from "
                        + certificate.getNotBefore().toInstant() + " to "
                        + certificate.getNotAfter().toInstant() + ". Renew it");
    }

    /// Returns where a store is, for messages.
    String where(boolean keyStore) {
        Object location = values.get(
                keyStore ? SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG : SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG);
        return location != null ? location.toString() : keyStore ? "the PEM settings" : "the JDK's authorities";
    }

    /// Returns the full name of a setting.
    String name(String property) {
        return prefix + property;
    }

    private String unreadable(KafkaException failure) {
        Throwable deepest = failure;
        boolean wrongPassword = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            wrongPassword |=
                    cause instanceof UnrecoverableKeyException || text(cause).contains("password was incorrect");
            deepest = cause;
        }
        boolean loading =
                text(failure).contains("load") || text(failure.getCause()).contains("load");
        Object trustStore = values.get(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG);
        boolean trust = trustStore != null
                && !trustStore.equals(values.get(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG))
                && text(failure).contains(trustStore.toString());
        String kind = trust ? "ssl.truststore" : "ssl.keystore";
        if (wrongPassword) {
            return name(loading ? kind + ".password" : SslConfigs.SSL_KEY_PASSWORD_CONFIG)
                    + ": Expected the password of " + (loading ? "" : "the key in ") + where(!trust)
                    + ", found another. Set the right one";
        }
        return name(kind + ".*") + ": Expected " + (trust ? "a trust store" : "a key store") + " of type "
                + values.get(kind + ".type") + " in " + where(!trust) + ", found: " + text(deepest)
                + ". Check the file and " + name(kind + ".type");
    }

    private static String text(@Nullable Throwable failure) {
        return failure == null || failure.getMessage() == null ? "" : failure.getMessage();
    }
}
