package dev.clipstream.cli.option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options of Kafka clients that work on a label set: `--set NAME` names it, `--set PROPERTY=VALUE` is a property.
///
/// The equals sign tells them apart, so that a label set whose name has one cannot be named.
public abstract class LabelSetOptions extends KafkaClientOptions {
    @Option(
            names = "--set",
            paramLabel = "NAME|PROPERTY=VALUE",
            mapFallbackValue = Option.NULL_VALUE,
            description = "NAME: the label set. PROPERTY=VALUE: any Kafka client property, or an index setting by its"
                    + " full name, such as index.prefix=media:. May be given several times.")
    private Map<String, Optional<String>> arguments = new LinkedHashMap<>();

    /// For commands that always need the brokers.
    public static final class Required extends LabelSetOptions {
        @Option(
                names = "--bootstrap-servers",
                required = true,
                paramLabel = "HOST:PORT[,…]",
                description = "Kafka brokers for the initial connection.")
        private String bootstrapServers = "";

        @Override
        String bootstrapServers() {
            return bootstrapServers;
        }
    }

    /// For commands that need the brokers only for label sets of the topic.
    public static final class IfNeeded extends LabelSetOptions {
        @Option(
                names = "--bootstrap-servers",
                paramLabel = "HOST:PORT[,…]",
                description = "Kafka brokers, for a label set of the topic.")
        private String bootstrapServers = "";

        @Override
        String bootstrapServers() {
            return bootstrapServers;
        }
    }

    /// Returns the name of the label set; empty: the command line names none.
    ///
    /// @throws CommandLine.ParameterException if it names several, or the name is blank
    public final Optional<String> labelSet() {
        List<String> names = arguments.entrySet().stream()
                .filter(argument -> argument.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        if (names.size() > 1) {
            throw wrong("--set: expected the name of one label set, found " + String.join(" and ", names)
                    + ". Name one, and write properties as PROPERTY=VALUE.");
        }
        if (names.stream().anyMatch(String::isBlank)) {
            throw wrong("--set: expected the name of a label set, found a blank one. See clipstream labels list.");
        }
        return names.stream().findFirst();
    }

    /// Returns the name of the label set.
    ///
    /// @throws CommandLine.ParameterException if the command line names none or several, or the name is blank
    public final String requireLabelSet() {
        return labelSet()
                .orElseThrow(() -> wrong("--set: expected the name of a label set, such as --set everyday, found none."
                        + " See clipstream labels list."));
    }

    @Override
    final Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        arguments.forEach((name, value) -> value.ifPresent(given -> properties.put(name, given)));
        return properties;
    }
}
