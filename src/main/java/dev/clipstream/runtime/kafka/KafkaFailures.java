package dev.clipstream.runtime.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/// Explains in one sentence why brokers refuse a client.
public final class KafkaFailures {
    private static final Pattern USER = Pattern.compile("username\\s*=\\s*[\"']?([^\"'\\s;]+)");

    private KafkaFailures() {}

    /// Returns why the brokers refused a client; empty: the failure has another cause.
    ///
    /// @param properties of the client, which name its user
    /// @param prefix     of the properties' names in messages, such as `kafka.`
    public static Optional<String> refusal(Throwable failure, Map<String, ?> properties, String prefix) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String sentence = sentence(cause, properties, prefix);
            if (sentence != null) {
                return Optional.of(sentence);
            }
        }
        return Optional.empty();
    }

    private static @Nullable String sentence(Throwable cause, Map<String, ?> properties, String prefix) {
        return switch (cause) {
            case TopicAuthorizationException topics ->
                missing(properties, List.of("the topics " + topics.unauthorizedTopics()));
            case GroupAuthorizationException group ->
                missing(properties, List.of("READ on the group " + group.groupId()));
            case TransactionalIdAuthorizationException _ ->
                missing(
                        properties,
                        List.of("WRITE on the transactional ids with the prefix "
                                + properties.get(StreamsConfig.APPLICATION_ID_CONFIG) + "-"));
            case ClusterAuthorizationException _ -> missing(properties, List.of("the cluster"));
            case UnsupportedSaslMechanismException _ ->
                prefix + "sasl.mechanism: Expected a mechanism of the broker, found: " + cause.getMessage()
                        + ". Set one of those";
            case SaslAuthenticationException _ ->
                prefix + "sasl.jaas.config: Expected the credentials of " + user(properties) + ", found others: "
                        + cause.getMessage() + ". Correct the user or the password";
            case SslAuthenticationException _ ->
                prefix + "ssl.*: Expected a TLS connection, found: "
                        + deepest(cause).getMessage() + ". Check the " + prefix + "ssl.* settings";
            default -> null;
        };
    }

    /// Returns the message about missing rights.
    ///
    /// @param rights such as `WRITE on the topic media.tagged`
    public static String missing(Map<String, ?> properties, List<String> rights) {
        return "Kafka: Expected rights of " + user(properties) + ", found none for " + String.join(", ", rights)
                + ". Grant them; docs/kafka.md lists the rights of each role";
    }

    /// Returns the client's user in a message, as far as the properties name it.
    private static String user(Map<String, ?> properties) {
        Matcher user = USER.matcher(String.valueOf(properties.get(SaslConfigs.SASL_JAAS_CONFIG)));
        return user.find() ? "the user " + user.group(1) : "this client's user";
    }

    private static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }
}
