package dev.clipstream.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// Options of commands that are Kafka clients: bootstrap servers and client properties.
public final class KafkaOptions extends KafkaClientOptions {
    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT[,…]",
            description = "Kafka brokers for the initial connection.")
    private String bootstrapServers = "";

    @Option(
            names = "--set",
            paramLabel = "PROPERTY=VALUE",
            description =
                    "Any Kafka client property, such as security.protocol=SASL_SSL. Takes precedence over --config.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Override
    String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    Map<String, String> properties() {
        return properties;
    }
}
