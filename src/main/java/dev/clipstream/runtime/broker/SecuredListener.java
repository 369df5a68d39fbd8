package dev.clipstream.runtime.broker;

import java.util.Locale;
import java.util.Map;

/// A second listener of an [EmbeddedBroker], on which clients need TLS, SASL or rights. Clients of the first listener
/// stay anonymous; give them rights with `super.users=User:ANONYMOUS` if there is an authorizer.
///
/// @param protocol   a security protocol of Kafka, such as `SASL_PLAINTEXT` or `SSL`
/// @param properties of the listener, without its prefix, such as `ssl.keystore.location`
/// @param broker     further properties of the broker, such as `authorizer.class.name`
public record SecuredListener(String protocol, Map<String, String> properties, Map<String, String> broker) {
    static final String NAME = "SECURED";

    public SecuredListener {
        properties = Map.copyOf(properties);
        broker = Map.copyOf(broker);
    }

    /// Adds the listener to the configuration of a broker.
    void addTo(Map<String, String> config, String listener) {
        config.merge("listeners", listener, SecuredListener::append);
        config.merge("advertised.listeners", listener, SecuredListener::append);
        config.merge("listener.security.protocol.map", NAME + ":" + protocol, SecuredListener::append);
        properties.forEach(
                (name, value) -> config.put("listener.name." + NAME.toLowerCase(Locale.ROOT) + "." + name, value));
        config.putAll(broker);
    }

    private static String append(String list, String entry) {
        return list + "," + entry;
    }
}
