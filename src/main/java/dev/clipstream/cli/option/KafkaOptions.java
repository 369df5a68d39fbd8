package dev.clipstream.cli.option;

import dev.clipstream.runtime.kafka.KafkaProperties;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How the commands that are Kafka clients reach the broker.
public final class KafkaOptions {
    private static final Pattern ADDRESS = Pattern.compile("[^\\s,]+:\\d{1,5}");
    private static final int USUAL_PATIENCE_MILLIS = 15_000;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT[,…]",
            description = "The Kafka brokers to start from.")
    private String bootstrapServers = "";

    @Option(
            names = "--set",
            paramLabel = "PROPERTY=VALUE",
            description = "Any Kafka client property, such as security.protocol=SASL_SSL; goes before --config.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A properties file of Kafka client properties (credentials belong here, not on a command line).")
    @Nullable
    private Path file;

    /// Takes the settings of the index out of `--set`, which has Kafka's properties otherwise.
    public Map<String, String> takeIndexSettings() {
        Map<String, String> ours = new LinkedHashMap<>(properties);
        ours.keySet().removeIf(name -> !IndexOption.isOurs(name));
        properties.keySet().removeAll(ours.keySet());
        return ours;
    }

    /// The client's configuration: the file, the flags, the bootstrap servers, over `defaults`.
    ///
    /// @throws CommandLine.ParameterException if the bootstrap servers are no addresses
    public Map<String, Object> configuration(Map<String, Object> defaults) throws IOException {
        requireAddresses(bootstrapServers, spec);
        Map<String, Object> given = new LinkedHashMap<>();
        if (file != null) {
            Properties read = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                read.load(reader);
            }
            read.stringPropertyNames().forEach(name -> given.put(name, read.getProperty(name)));
        }
        given.putAll(properties);
        return KafkaProperties.layered(defaults, given, bootstrapServers);
    }

    /// Refuses bootstrap servers that are no addresses.
    ///
    /// @param command the one whose option they are
    public static void requireAddresses(String bootstrapServers, CommandSpec command) {
        List<String> addresses = Arrays.stream(bootstrapServers.split(",", -1))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .toList();
        if (addresses.isEmpty()
                || !addresses.stream()
                        .allMatch(address -> ADDRESS.matcher(address).matches())) {
            throw new CommandLine.ParameterException(
                    command.commandLine(),
                    "Invalid value for option '--bootstrap-servers': HOST:PORT, or several with commas between, was"
                            + " expected, found '" + bootstrapServers + "'");
        }
    }

    /// Asks for a topic as an administrator does: a producer that asks for one makes a willing broker create it.
    ///
    /// @param configuration of a client; waits as long as a producer's `max.block.ms`, or some seconds
    /// @throws org.apache.kafka.common.config.ConfigException if that is no number, or another property is refused
    /// @throws IllegalStateException if no broker answers, or it has no such topic
    public void requireTopic(String topic, Map<String, Object> configuration) {
        Object patience = configuration.getOrDefault("max.block.ms", USUAL_PATIENCE_MILLIS);
        if (!(ConfigDef.parseType("max.block.ms", patience, ConfigDef.Type.INT) instanceof Integer patienceMillis)) {
            throw new ConfigException("max.block.ms", null, "milliseconds were expected");
        }
        try (Admin admin = admin(configuration)) {
            admin.describeTopics(Set.of(topic), new DescribeTopicsOptions().timeoutMs(patienceMillis))
                    .allTopicNames()
                    .get();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case UnknownTopicOrPartitionException _ -> missing(topic);
                case TimeoutException _ ->
                    new IllegalStateException(
                            "A broker was expected at " + bootstrapServers + ", found none that answers within "
                                    + patienceMillis + " ms (max.block.ms)",
                            e.getCause());
                case null, default ->
                    new IllegalStateException(
                            "The topic " + topic + " cannot be asked for at " + bootstrapServers, e.getCause());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The wait for the broker was interrupted", e);
        }
    }

    /// Kafka tells a failure with the names of its classes around it, so only the innermost is told on.
    private Admin admin(Map<String, Object> configuration) {
        try {
            return Admin.create(configuration);
        } catch (KafkaException e) {
            Throwable found = e;
            while (found.getCause() != null) {
                found = found.getCause();
            }
            if (String.valueOf(found.getMessage()).startsWith("No resolvable bootstrap")) {
                throw new IllegalStateException("A broker was expected at " + bootstrapServers
                        + ", found no address of that name: look at --bootstrap-servers and at the network's"
                        + " name servers");
            }
            if (found instanceof ConfigException wrong) {
                throw wrong;
            }
            throw new IllegalStateException(
                    "A client of the broker at " + bootstrapServers + " was expected to take --set and --config, found",
                    found);
        }
    }

    /// What to say of a topic that is not there.
    private IllegalStateException missing(String topic) {
        return new IllegalStateException("The topic " + topic + " was expected at " + bootstrapServers
                + ", found none: clipstream run --set topics.create=true creates it");
    }
}
