package dev.clipstream.cli.option;

import dev.clipstream.runtime.kafka.BrokerProbe;
import dev.clipstream.runtime.kafka.KafkaFailures;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Options of commands that are Kafka clients, or are for some of their arguments. Subclasses add the bootstrap servers
/// and the option `--set`.
public abstract class KafkaClientOptions {
    private static final Pattern ADDRESS = Pattern.compile("[^\\s,]+:\\d{1,5}");
    private static final String TIMEOUT = "max.block.ms";
    private static final int DEFAULT_TIMEOUT_MILLIS = 15_000;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A file of Kafka client properties. Put credentials here, not on the command line.")
    @Nullable
    private Path file;

    private final Set<String> taken = new HashSet<>();

    /// Returns the bootstrap servers; empty: the command line has none.
    abstract String bootstrapServers();

    /// Returns the properties that `--set` gives, index settings included.
    abstract Map<String, String> properties();

    /// Returns the failure of arguments that do not fit.
    final CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    /// Returns whether the command line has bootstrap servers.
    public final boolean isGiven() {
        return !bootstrapServers().isEmpty();
    }

    /// Checks that the command line has bootstrap servers.
    ///
    /// @param argument that needs them
    /// @throws CommandLine.ParameterException if it has none
    public final void require(String argument) {
        if (!isGiven()) {
            throw wrong(argument + ": expected --bootstrap-servers HOST:PORT as well, found none. Add it.");
        }
    }

    /// Checks that `--set` gives nothing that a command without a Kafka client would ignore.
    ///
    /// @throws CommandLine.ParameterException if it gives a property that the command has not taken
    public final void requireNoProperties() {
        untaken().keySet().stream().findFirst().ifPresent(property -> {
            throw wrong("--set: expected an index setting such as index.prefix, found '" + property
                    + "', which is of use only with a label set of the topic. Remove it.");
        });
    }

    /// Takes index settings from `--set`, whose other values are Kafka properties, and returns them.
    public final Map<String, String> takeIndexSettings() {
        Map<String, String> indexSettings = new LinkedHashMap<>(properties());
        indexSettings.keySet().removeIf(name -> !IndexOption.isIndexSetting(name));
        taken.addAll(indexSettings.keySet());
        return indexSettings;
    }

    /// Returns what `--set` gives apart from settings that a command has taken.
    private Map<String, String> untaken() {
        Map<String, String> given = new LinkedHashMap<>(properties());
        given.keySet().removeAll(taken);
        return given;
    }

    /// Returns the client configuration: `defaults`, overridden by the file, then by `--set`, then by the
    /// bootstrap servers.
    ///
    /// @throws CommandLine.ParameterException if the bootstrap servers are not addresses
    public final Map<String, Object> configuration(Map<String, Object> defaults) throws IOException {
        String bootstrapServers = bootstrapServers();
        requireAddresses(bootstrapServers, spec);
        Map<String, Object> given = new LinkedHashMap<>();
        if (file != null) {
            Properties read = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                read.load(reader);
            }
            read.stringPropertyNames().forEach(name -> given.put(name, read.getProperty(name)));
        }
        given.putAll(untaken());
        return KafkaProperties.layered(defaults, given, bootstrapServers);
    }

    /// Checks that the bootstrap servers are addresses.
    ///
    /// @param command the command whose option it is
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
                    "Invalid value for option '--bootstrap-servers': expected HOST:PORT, or several separated by"
                            + " commas, found '" + bootstrapServers + "'");
        }
    }

    /// Checks that a topic exists, and that the client may use it.
    ///
    /// Uses the admin client, because a producer's metadata request can make the broker create the topic.
    ///
    /// @param operation     that the command does on the topic
    /// @param configuration of a client; `max.block.ms` is the timeout, 15 seconds by default
    /// @throws org.apache.kafka.common.config.ConfigException if `max.block.ms` is not a number, or the client
    ///     refuses another property
    /// @throws IllegalStateException if no broker responds, the topic does not exist, or the client lacks the right
    public final void requireTopic(String topic, AclOperation operation, Map<String, Object> configuration) {
        int timeoutMillis = whole(TIMEOUT, configuration.getOrDefault(TIMEOUT, DEFAULT_TIMEOUT_MILLIS));
        try {
            BrokerProbe.check(configuration, "");
        } catch (StartException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        try (Admin admin = admin(configuration)) {
            TopicDescription found = admin.describeTopics(
                            Set.of(topic),
                            new DescribeTopicsOptions().timeoutMs(timeoutMillis).includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get()
                    .get(topic);
            if (found != null
                    && found.authorizedOperations() != null
                    && !found.authorizedOperations().isEmpty()
                    && !found.authorizedOperations().contains(operation)) {
                throw mayNot(topic, operation, configuration);
            }
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case UnknownTopicOrPartitionException _ -> missing(topic);
                case TopicAuthorizationException _ -> mayNot(topic, operation, configuration);
                case TimeoutException _ ->
                    new IllegalStateException(
                            "Expected a broker at " + bootstrapServers() + ", found none that responds within "
                                    + timeoutMillis + " ms (max.block.ms)",
                            e.getCause());
                case null, default ->
                    KafkaFailures.refusal(e, configuration, "")
                            .map(IllegalStateException::new)
                            .orElseGet(() -> new IllegalStateException(
                                    "Could not look up topic " + topic + " at " + bootstrapServers(), e.getCause()));
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the broker", e);
        }
    }

    /// Returns the value of a property that is a whole number.
    ///
    /// @throws ConfigException if the value is not a whole number
    public static int whole(String property, Object given) {
        try {
            return Integer.parseInt(String.valueOf(given).strip());
        } catch (NumberFormatException e) {
            throw new ConfigException(property + ": Expected a whole number of at most " + Integer.MAX_VALUE
                    + ", found '" + given + "'. Correct it.");
        }
    }

    /// Returns whether a topic keeps the newest record of every key without a time limit; false if its configuration is
    /// unknown.
    ///
    /// @param configuration of a client
    public final boolean keepsEveryKey(String topic, Map<String, Object> configuration) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = admin(configuration)) {
            Config found = admin.describeConfigs(Set.of(resource)).all().get().get(resource);
            return found != null
                    && TopicConfig.CLEANUP_POLICY_COMPACT.equals(
                            found.get(TopicConfig.CLEANUP_POLICY_CONFIG).value());
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the broker", e);
        }
    }

    /// Reports only the innermost cause: Kafka wraps it in messages that consist of class names.
    private Admin admin(Map<String, Object> configuration) {
        try {
            return Admin.create(configuration);
        } catch (KafkaException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (String.valueOf(cause.getMessage()).startsWith("No resolvable bootstrap")) {
                throw new IllegalStateException("Expected a broker at " + bootstrapServers()
                        + ", found no address for that name. Check --bootstrap-servers and the DNS configuration.");
            }
            if (cause instanceof ConfigException invalid) {
                throw invalid;
            }
            throw new IllegalStateException(
                    "Could not create a Kafka client for " + bootstrapServers() + " from --set and --config", cause);
        }
    }

    private static IllegalStateException mayNot(
            String topic, AclOperation operation, Map<String, Object> configuration) {
        return new IllegalStateException(
                KafkaFailures.missing(configuration, List.of(operation + " on the topic " + topic)));
    }

    /// Returns the failure of a missing topic.
    private IllegalStateException missing(String topic) {
        return new IllegalStateException("Expected a topic " + topic + " at " + bootstrapServers()
                + ", found none. Create it, for example with clipstream run --set topics.create=true.");
    }
}
