package dev.clipstream.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// Options of commands that are Kafka clients for some of their arguments only.
public final class OptionalKafkaOptions extends KafkaClientOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT[,…]",
            description = "Kafka brokers, if a label set of the topic is named.")
    private String bootstrapServers = "";

    @Option(
            names = "--set",
            paramLabel = "PROPERTY=VALUE",
            description = "With --bootstrap-servers, any Kafka client property; always, an index setting by its full"
                    + " name, such as index.prefix=media:.")
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
