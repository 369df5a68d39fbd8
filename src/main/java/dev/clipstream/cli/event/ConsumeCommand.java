package dev.clipstream.cli.event;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LanguageOption;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.Topics;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import dev.clipstream.search.TagNames;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
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

/// Prints the decoded events of a topic.
///
/// Reads every partition without a consumer group, and commits no offsets.
@Command(
        name = "consume",
        description = {
            "Print the decoded events of a topic (read_committed).",
            "Output in a pipe, or with --json: one line per event."
        },
        footer = {
            "",
            "A deletion prints {\"mediaId\":…,\"deleted\":true}, that of a label set {\"name\":…}. A record that is not an event prints \"error\" and sets exit code 1.",
            "With --max and --timeout: exit code 1 if the timeout expires first."
        })
public final class ConsumeCommand implements Callable<Integer> {

    private static final double MAX_TOPIC_TIMEOUT_SECONDS = 15;

    /// The event streams.
    enum Stream {
        UPLOADED,
        BACKFILL,
        VECTORS,
        TAGS,
        ALERTS,
        REJECTED,
        LABELS,
        FEEDBACK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String topic() {
            return switch (this) {
                case UPLOADED -> Topics.DEFAULT.uploaded();
                case BACKFILL -> Topics.DEFAULT.backfill();
                case VECTORS -> Topics.DEFAULT.embedded();
                case TAGS -> Topics.DEFAULT.tagged();
                case ALERTS -> Topics.DEFAULT.alerts();
                case REJECTED -> Topics.DEFAULT.rejected();
                case LABELS -> Topics.DEFAULT.labels();
                case FEEDBACK -> Topics.DEFAULT.feedback();
            };
        }

        private Deserializer<? extends SpecificRecordBase> deserializer() {
            return switch (this) {
                case UPLOADED, BACKFILL -> AvroSerde.uploaded();
                case VECTORS -> AvroSerde.embedded();
                case TAGS -> AvroSerde.tagged();
                case ALERTS -> AvroSerde.alert();
                case REJECTED -> AvroSerde.rejected();
                case LABELS -> AvroSerde.labels();
                case FEEDBACK -> AvroSerde.feedback();
            };
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(
            index = "0",
            paramLabel = "uploaded|backfill|vectors|tags|alerts|rejected|labels|feedback",
            description = "The event stream.")
    private Stream stream = Stream.TAGS;

    @Option(
            names = "--topic",
            paramLabel = "T",
            description = "The topic. Default: the default topic of the event stream.")
    private @Nullable String topic;

    @Mixin
    private final LanguageOption language = new LanguageOption();

    @Option(names = "--from-beginning", description = "Start with the oldest record. Default: only new records.")
    private boolean fromBeginning;

    @Option(names = "--max", paramLabel = "N", description = "Stop after N records.")
    private long max = Long.MAX_VALUE;

    @Option(names = "--timeout", paramLabel = "S", description = "Stop when no record has arrived for S seconds.")
    private @Nullable Double timeoutSeconds;

    @Override
    public Integer call() throws IOException {
        if (max < 1 || (timeoutSeconds != null && !(timeoutSeconds > 0))) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected --max of at least 1 and --timeout above 0");
        }
        String name = topic == null ? stream.topic() : topic;
        Deserializer<? extends SpecificRecordBase> values = stream.deserializer();
        Map<String, Object> configuration =
                kafka.configuration(Map.of("isolation.level", "read_committed", "allow.auto.create.topics", false));
        kafka.requireTopic(name, AclOperation.READ, withTopicTimeout(configuration));
        List<LanguageRange> languages = language.languages();
        TagNames names = language.names(languages.isEmpty() ? List.of() : labelSets(configuration));
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
            partitions.forEach(consumer::position); // seeks are lazy; after this, no new record is missed
            spec.commandLine().getErr().println("clipstream consume: reading " + name);
            return print(consumer, record -> names.in(languages, line(record, values)));
        }
    }

    /// Limits the wait for the topic to `--timeout`, or 15 seconds if that is less.
    private Map<String, Object> withTopicTimeout(Map<String, Object> configuration) {
        Map<String, Object> limited = new LinkedHashMap<>(configuration);
        double seconds = timeoutSeconds == null
                ? MAX_TOPIC_TIMEOUT_SECONDS
                : Math.min(MAX_TOPIC_TIMEOUT_SECONDS, timeoutSeconds);
        limited.putIfAbsent("max.block.ms", (int) Math.ceil(seconds * 1000));
        return limited;
    }

    /// Returns the label sets of their topic; none if it cannot be read.
    private List<LabelSet> labelSets(Map<String, Object> configuration) {
        try {
            return new LabelWriter(configuration, configuration, Topics.DEFAULT.labels())
                    .read().sets().values().stream().flatMap(Optional::stream).toList();
        } catch (KafkaException unreadable) {
            spec.commandLine()
                    .getErr()
                    .println("clipstream consume: --language: expected the topic " + Topics.DEFAULT.labels()
                            + ", found: " + unreadable.getMessage() + ". Only the sets of --names apply.");
            return List.of();
        }
    }

    private int print(
            KafkaConsumer<@Nullable String, byte @Nullable []> consumer,
            Function<ConsumerRecord<@Nullable String, byte @Nullable []>, Map<String, @Nullable Object>> lines) {
        LineWriter out = output.writer(EventRow.HEADER, EventRow::of);
        Duration timeout = timeoutSeconds == null ? null : Duration.ofMillis((long) (timeoutSeconds * 1000));
        long lastNanos = System.nanoTime();
        long seen = 0;
        boolean failed = false;
        while (timeout == null || System.nanoTime() - lastNanos < timeout.toNanos()) {
            ConsumerRecords<@Nullable String, byte @Nullable []> records = consumer.poll(Duration.ofMillis(200));
            for (ConsumerRecord<@Nullable String, byte @Nullable []> record : records) {
                Map<String, @Nullable Object> line = lines.apply(record);
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
            spec.commandLine()
                    .getErr()
                    .println("clipstream consume: timed out after " + seen + " of " + max + " records");
            return Failures.INPUT_FAILED;
        }
        return failed ? Failures.INPUT_FAILED : CommandLine.ExitCode.OK;
    }

    private Map<String, @Nullable Object> line(
            ConsumerRecord<@Nullable String, byte @Nullable []> record,
            Deserializer<? extends SpecificRecordBase> values) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        try {
            SpecificRecordBase event = values.deserialize(record.topic(), record.value());
            if (event == null) {
                line.put(stream == Stream.LABELS ? "name" : "mediaId", record.key());
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
