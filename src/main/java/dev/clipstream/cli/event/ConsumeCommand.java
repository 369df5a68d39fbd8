package dev.clipstream.cli.event;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Reads a topic and prints what it holds, decoded.
///
/// A member of no consumer group: it reads every partition and commits nothing.
@Command(
        name = "consume",
        description = "Print the events of a topic, decoded, one JSON line each (read_committed).",
        footer = {
            "",
            "A deletion prints {\"mediaId\":…,\"deleted\":true}; a record that is not ours prints \"error\" and the exit code is 1.",
            "With --max and --timeout: exit code 1 if the time runs out first."
        })
public final class ConsumeCommand implements Callable<Integer> {

    private static final double LONGEST_WAIT_SECONDS = 15;

    /// What can be read.
    enum Stream {
        UPLOADED,
        VECTORS,
        TAGS,
        REJECTED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String topic() {
            return switch (this) {
                case UPLOADED -> Topics.DEFAULT.uploaded();
                case VECTORS -> Topics.DEFAULT.embedded();
                case TAGS -> Topics.DEFAULT.tagged();
                case REJECTED -> Topics.DEFAULT.rejected();
            };
        }

        private Deserializer<? extends SpecificRecordBase> deserializer() {
            return switch (this) {
                case UPLOADED -> AvroSerde.uploaded();
                case VECTORS -> AvroSerde.embedded();
                case TAGS -> AvroSerde.tagged();
                case REJECTED -> AvroSerde.rejected();
            };
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Parameters(index = "0", paramLabel = "uploaded|vectors|tags|rejected", description = "Which events.")
    private Stream stream = Stream.TAGS;

    @Option(names = "--topic", paramLabel = "T", description = "The topic, if it is not the usual one.")
    private @Nullable String topic;

    @Option(names = "--from-beginning", description = "Begin with the oldest record; otherwise with the next new one.")
    private boolean fromBeginning;

    @Option(names = "--max", paramLabel = "N", description = "End after N records.")
    private long max = Long.MAX_VALUE;

    @Option(names = "--timeout", paramLabel = "S", description = "End when no record came for S seconds.")
    private @Nullable Double timeoutSeconds;

    @Override
    public Integer call() throws IOException {
        if (max < 1 || (timeoutSeconds != null && !(timeoutSeconds > 0))) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--max of at least 1 and --timeout above 0 were expected");
        }
        String name = topic == null ? stream.topic() : topic;
        Deserializer<? extends SpecificRecordBase> values = stream.deserializer();
        Map<String, Object> configuration =
                kafka.configuration(Map.of("isolation.level", "read_committed", "allow.auto.create.topics", false));
        kafka.requireTopic(name, patient(configuration));
        try (KafkaConsumer<@Nullable String, byte @Nullable []> consumer =
                new KafkaConsumer<>(configuration, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name).stream()
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
            }
            partitions.forEach(consumer::position); // seeks are lazy: from here on nothing new is missed
            spec.commandLine().getErr().println("clipstream consume: reading " + name);
            return print(consumer, values);
        }
    }

    /// For the question whether the topic is there: as long as `--timeout`, but not for ever.
    private Map<String, Object> patient(Map<String, Object> configuration) {
        Map<String, Object> patient = new LinkedHashMap<>(configuration);
        double seconds = timeoutSeconds == null ? LONGEST_WAIT_SECONDS : Math.min(LONGEST_WAIT_SECONDS, timeoutSeconds);
        patient.putIfAbsent("max.block.ms", (int) Math.ceil(seconds * 1000));
        return patient;
    }

    private int print(
            KafkaConsumer<@Nullable String, byte @Nullable []> consumer,
            Deserializer<? extends SpecificRecordBase> values) {
        JsonLines out = new JsonLines();
        Duration patience = timeoutSeconds == null ? null : Duration.ofMillis((long) (timeoutSeconds * 1000));
        long lastNanos = System.nanoTime();
        long seen = 0;
        boolean failed = false;
        while (patience == null || System.nanoTime() - lastNanos < patience.toNanos()) {
            ConsumerRecords<@Nullable String, byte @Nullable []> records = consumer.poll(Duration.ofMillis(200));
            for (ConsumerRecord<@Nullable String, byte @Nullable []> record : records) {
                Map<String, @Nullable Object> line = line(record, values);
                failed |= line.containsKey("error");
                if (!out.write(line) || ++seen >= max) {
                    return failed ? Failures.INPUT_FAILED : CommandLine.ExitCode.OK;
                }
            }
            if (!records.isEmpty()) {
                lastNanos = System.nanoTime();
            }
        }
        if (max != Long.MAX_VALUE) {
            spec.commandLine().getErr().println("clipstream consume: " + seen + " of " + max + " records came in time");
            return Failures.INPUT_FAILED;
        }
        return failed ? Failures.INPUT_FAILED : CommandLine.ExitCode.OK;
    }

    private static Map<String, @Nullable Object> line(
            ConsumerRecord<@Nullable String, byte @Nullable []> record,
            Deserializer<? extends SpecificRecordBase> values) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        try {
            SpecificRecordBase event = values.deserialize(record.topic(), record.value());
            if (event == null) {
                line.put("mediaId", record.key());
                line.put("deleted", true);
            } else {
                line.putAll(EventJson.of(event));
            }
        } catch (NotAvroException e) {
            line.put("error", e.getMessage());
        }
        line.put("key", record.key());
        line.put("topic", record.topic());
        line.put("partition", record.partition());
        line.put("offset", record.offset());
        line.put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
        return line;
    }
}
