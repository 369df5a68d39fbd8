package dev.clipstream.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How the commands that are Kafka clients reach the broker.
final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT[,…]",
            description = "The Kafka brokers to start from.")
    String bootstrapServers = "";

    @Option(
            names = "--set",
            paramLabel = "PROPERTY=VALUE",
            description = "Any Kafka client property, such as security.protocol=SASL_SSL; goes before --config.")
    Map<String, String> properties = new LinkedHashMap<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A properties file of Kafka client properties (credentials belong here, not on a command line).")
    @Nullable
    Path file;

    /// The client's configuration: the file, the flags, the bootstrap servers, over `defaults`.
    Map<String, Object> configuration(Map<String, Object> defaults) throws IOException {
        Map<String, Object> configuration = new LinkedHashMap<>(defaults);
        if (file != null) {
            Properties read = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                read.load(reader);
            }
            read.stringPropertyNames().forEach(name -> configuration.put(name, read.getProperty(name)));
        }
        configuration.putAll(properties);
        configuration.put("bootstrap.servers", bootstrapServers);
        return configuration;
    }

    /// Asks for a topic as an administrator does: a producer that asks for one makes a willing broker create it.
    ///
    /// @param configuration of a producer; waits as long as its `max.block.ms`
    /// @throws org.apache.kafka.common.config.ConfigException if that is no number
    /// @throws IllegalStateException if no broker answers, or it has no such topic
    void requireTopic(String topic, Map<String, Object> configuration) {
        if (!(ConfigDef.parseType("max.block.ms", configuration.get("max.block.ms"), ConfigDef.Type.INT)
                instanceof Integer patienceMillis)) {
            throw new ConfigException("max.block.ms", null, "milliseconds were expected");
        }
        try (Admin admin = Admin.create(configuration)) {
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

    /// What to say of a topic that is not there.
    IllegalStateException missing(String topic) {
        return new IllegalStateException("The topic " + topic + " was expected at " + bootstrapServers
                + ", found none: clipstream run --set topics.create=true creates it");
    }
}
