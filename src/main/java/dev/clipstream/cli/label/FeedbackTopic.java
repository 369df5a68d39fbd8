package dev.clipstream.cli.label;

import dev.clipstream.cli.option.KafkaClientOptions;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaFeedback;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.Topics;
import dev.clipstream.event.Verdict;
import dev.clipstream.label.feedback.Verdicts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The topic of people's verdicts.
final class FeedbackTopic {
    private static final Duration POLL = Duration.ofMillis(200);

    /// How long brokers may give no verdict before the end of the topic.
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Option(
            names = "--feedback-topic",
            paramLabel = "T",
            description = "The topic of verdicts. Default: ${DEFAULT-VALUE}.")
    private String topic = Topics.DEFAULT.feedback();

    /// Returns the topic's name.
    String name() {
        return topic;
    }

    /// Reads all verdicts about a label set, without a consumer group. Other records are left out.
    ///
    /// @throws IOException if the brokers give no record for 15 seconds before the end
    Verdicts read(KafkaClientOptions kafka, String labelSet) throws IOException {
        Map<String, Object> configuration =
                kafka.configuration(Map.of("isolation.level", "read_committed", "allow.auto.create.topics", false));
        kafka.requireTopic(topic, AclOperation.READ, configuration);
        Verdicts verdicts = new Verdicts();
        try (KafkaConsumer<@Nullable String, byte @Nullable []> consumer =
                new KafkaConsumer<>(configuration, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
            long before = 0;
            long untilNanos = System.nanoTime() + PATIENCE.toNanos();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition, PATIENCE) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<@Nullable String, byte @Nullable []> record : consumer.poll(POLL)) {
                    add(verdicts, record.value(), labelSet);
                }
                long now = partitions.stream()
                        .mapToLong(partition -> consumer.position(partition, PATIENCE))
                        .sum();
                if (now > before) {
                    before = now;
                    untilNanos = System.nanoTime() + PATIENCE.toNanos();
                } else if (System.nanoTime() - untilNanos > 0) {
                    throw new TimeoutException("no record within " + PATIENCE.toSeconds() + " s");
                }
            }
        } catch (TimeoutException e) {
            throw new IOException(
                    "Expected the verdicts on the topic " + topic + " to its end, found: " + e.getMessage()
                            + ". Check the brokers, and try again.",
                    e);
        }
        return verdicts;
    }

    private static void add(Verdicts verdicts, byte @Nullable [] value, String labelSet) {
        if (value == null) {
            return;
        }
        try {
            MediaFeedback given = AvroSerde.feedback().read(value);
            if (given.getLabelSet().equals(labelSet) && given.getVerdict() != Verdict.UNKNOWN) {
                verdicts.add(new Verdicts.Verdict(
                        given.getMediaId(),
                        given.getLabelId(),
                        given.getVerdict() == Verdict.RIGHT,
                        given.getBy(),
                        given.getGivenAt()));
            }
        } catch (NotAvroException e) {
            // consume feedback prints it
        }
    }
}
