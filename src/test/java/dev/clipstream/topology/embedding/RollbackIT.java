package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.async.CommitText;
import dev.clipstream.topology.embedding.EmbeddingApp.Clients;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A program without our clients takes over a group whose commits name finished offsets, as after a rollback.
class RollbackIT {
    private static final String NAME = "rollback";
    private static final String PLAIN = "rollback.plain";
    private static final int PARTITIONS = 4;
    private static final int MOST_METADATA = 4_096;

    private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void watchWarnings() {
        warnings.start();
        metadataLog().addAppender(warnings);
        metadataLog().setLevel(Level.WARN);
    }

    @AfterEach
    void endWatch() {
        metadataLog().detachAppender(warnings);
        metadataLog().setLevel(null);
    }

    private static Logger metadataLog() {
        return (Logger) LoggerFactory.getLogger(TopicPartitionMetadata.class);
    }

    @Test
    void aPlainKafkaStreamsRepeatsWhatIsFinishedAboveTheOffsetAndLosesNothing() throws Exception {
        // given: a group whose instance was killed, with finished offsets in every partition
        try (EmbeddedBroker broker = TestBroker.at(folder.resolve("broker"));
                SlowServer server = new SlowServer()) {
            Topics topics = TestBroker.topics(broker, NAME, PARTITIONS, Map.of());
            broker.createTopics(List.of(new NewTopic(PLAIN, PARTITIONS, (short) 1)));
            try (Uploads uploads = Uploads.to(broker.bootstrapServers(), List.of(topics.uploaded()), server, 1);
                    Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed");
                    Commits commits = new Commits(broker.bootstrapServers(), NAME)) {
                try (ChildApp app = new ChildApp(settings(broker), folder.resolve("app.log"))) {
                    uploads.sendSilentToEach(PARTITIONS);
                    uploads.send(200);
                    outcomes.await(() -> commits.withFinished() == PARTITIONS, "finished offsets in each partition");
                    app.kill();
                }
                Map<TopicPartition, OffsetAndMetadata> committed = commits.now();
                server.release();

                // then: a plain consumer reads a text that fits
                assertThat(committedTexts(broker, committed.keySet()))
                        .hasSize(PARTITIONS)
                        .allSatisfy((partition, text) -> assertThat(text)
                                .isEqualTo(Objects.requireNonNull(committed.get(partition))
                                        .metadata())
                                .isPrintable()
                                .hasSizeLessThanOrEqualTo(MOST_METADATA));

                // when
                List<Position> repeated = runPlainToTheEnd(broker, topics);

                // then: it reads all from the committed offsets on, and the partition times
                assertThat(repeated)
                        .containsExactlyInAnyOrderElementsOf(uploads.all().stream()
                                .map(Upload::position)
                                .filter(position -> position.offset()
                                        >= Objects.requireNonNull(committed.get(position.partition()))
                                                .offset())
                                .toList());
                outcomes.awaitEnd(NAME);
                assertThat(outcomes.of(uploads.all()).missing())
                        .extracting(Upload::position)
                        .isSubsetOf(repeated);
                assertThat(warnings.list).isEmpty();
                committed.forEach((partition, offset) -> assertThat(uploads.all())
                        .filteredOn(upload -> upload.position().partition().equals(partition))
                        .extracting(Upload::timestamp)
                        .contains(CommitText.partitionTime(offset.metadata())));

                // when: the version with our clients is back
                int before = outcomes.size();
                List<Upload> first = List.copyOf(uploads.all());
                try (ChildApp app = new ChildApp(settings(broker), folder.resolve("app.log"))) {
                    uploads.send(100);
                    outcomes.awaitEnd(NAME);
                    app.end();
                }

                // then
                Verdict verdict = outcomes.of(uploads.all());
                assertThat(verdict.missing()).isSubsetOf(first);
                assertThat(verdict.repeated()).isEmpty();
                assertThat(verdict.strange()).isEmpty();
                assertThat(verdict.reordered()).isEmpty();
                assertThat(outcomes.size() - before).isEqualTo(100);
            }
        }
    }

    @Test
    void theWatchSeesTheWarningOfAnUnknownText() {
        // when
        TopicPartitionMetadata.decode("not what Kafka Streams wrote");

        // then
        assertThat(warnings.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("Unsupported offset metadata found");
    }

    private static EmbeddingApp.Settings settings(EmbeddedBroker broker) {
        return new EmbeddingApp.Settings(
                broker.bootstrapServers(), NAME, "exactly_once_v2", Clients.HELD, "", 20, 60_000);
    }

    private static Map<TopicPartition, String> committedTexts(EmbeddedBroker broker, Set<TopicPartition> partitions) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", NAME),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return consumer.committed(partitions).entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, offset -> offset.getValue().metadata()));
        }
    }

    /// Runs a topology of the same application without our clients until it has read everything.
    ///
    /// @return the positions that it processed
    private static List<Position> runPlainToTheEnd(EmbeddedBroker broker, Topics topics) {
        List<Position> processed = new ArrayList<>();
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(topics.uploaded(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .processValues(PositionOf::new)
                .to(PLAIN, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        StreamsConfig config = new StreamsConfig(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                NAME,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.STATE_DIR_CONFIG,
                "target/streams-plain"));
        KafkaStreams plain = new KafkaStreams(builder.build(), config);
        try (OutputReader reader =
                new OutputReader(broker.bootstrapServers(), Set.of(PLAIN), "read_committed", record -> {
                    ByteBuffer value = ByteBuffer.wrap(record.value());
                    processed.add(new Position(new TopicPartition(topics.uploaded(), value.getInt()), value.getLong()));
                })) {
            plain.start();
            reader.awaitEnd(NAME, topics.uploaded());
            assertThat(plain.state()).isEqualTo(KafkaStreams.State.RUNNING);
        } finally {
            plain.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
        return processed;
    }

    /// Forwards the position of each record.
    private static final class PositionOf extends ContextualFixedKeyProcessor<byte[], byte[], byte[]> {
        @Override
        public void process(FixedKeyRecord<byte[], byte[]> record) {
            int partition = context().recordMetadata().orElseThrow().partition();
            long offset = context().recordMetadata().orElseThrow().offset();
            context()
                    .forward(record.withValue(ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                            .putInt(partition)
                            .putLong(offset)
                            .array()));
        }
    }
}
