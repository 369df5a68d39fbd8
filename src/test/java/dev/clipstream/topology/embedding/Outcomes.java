package dev.clipstream.topology.embedding;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.Topics;
import dev.clipstream.event.UploadPosition;
import dev.clipstream.topology.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// The outcomes of uploads on `media.embedded` and `media.rejected`, in the order of each partition, as a consumer sees
/// them.
final class Outcomes implements AutoCloseable {
    private static final AvroSerde<MediaEmbedded> EMBEDDED = AvroSerde.embedded();
    private static final AvroSerde<MediaRejected> REJECTED = AvroSerde.rejected();

    private final Topics topics;
    private final OutputReader reader;
    private final List<Outcome> all = new ArrayList<>();
    private final Set<Integer> seen = new HashSet<>();

    /// What became of an upload.
    enum Kind {
        VECTOR,
        TOMBSTONE,
        REJECTION
    }

    /// @param number of the upload, as its header says
    /// @param log    the partition of the output
    /// @param upload where the output says that its upload is
    record Outcome(Kind kind, String key, int number, TopicPartition log, Position upload) {
        boolean fits(Upload expected) {
            return key.equals(expected.key())
                    && number == expected.number()
                    && upload.equals(expected.position())
                    && switch (expected.kind()) {
                        case INLINE -> kind == Kind.VECTOR;
                        case LATE -> kind == Kind.VECTOR || kind == Kind.REJECTION;
                        case SILENT, BROKEN, LARGE -> kind == Kind.REJECTION;
                        case DELETION -> kind == Kind.TOMBSTONE;
                    };
        }
    }

    /// @param isolation `read_committed` or `read_uncommitted`
    Outcomes(String bootstrapServers, Topics topics, String isolation) {
        this.topics = topics;
        reader = new OutputReader(bootstrapServers, Set.of(topics.embedded(), topics.rejected()), isolation, this::add);
    }

    /// Returns the number of uploads that have an outcome.
    int uploads() {
        return seen.size();
    }

    /// Reads until this many outcomes were seen, repetitions included.
    void await(int outcomes) {
        reader.await(
                () -> all.size() >= outcomes,
                () -> outcomes + " outcomes, found " + all.size() + " of " + uploads() + " uploads");
    }

    /// Reads until a condition holds.
    void await(BooleanSupplier condition, String expected) {
        reader.await(condition, () -> expected);
    }

    /// Returns the number of outcomes that were seen, repetitions included.
    int size() {
        return all.size();
    }

    /// Reads until a group has committed all its input.
    void awaitEnd(String group) {
        topics.uploads().forEach(input -> reader.awaitEnd(group, input));
    }

    /// Reads until no transaction is open, and to the end of what is committed then.
    void awaitNoOpenTransaction() {
        reader.awaitNoOpenTransaction();
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        Outcome outcome = outcome(record);
        all.add(outcome);
        seen.add(outcome.number());
    }

    private Outcome outcome(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition log = new TopicPartition(record.topic(), record.partition());
        String key = new String(record.key(), StandardCharsets.UTF_8);
        int number = ByteBuffer.wrap(record.headers().lastHeader(Uploads.NUMBER).value())
                .getInt();
        if (record.topic().equals(topics.rejected())) {
            MediaRejected event = REJECTED.read(record.value());
            return new Outcome(
                    Kind.REJECTION,
                    key,
                    number,
                    log,
                    position(event.getSourceTopic(), event.getSourcePartition(), event.getSourceOffset()));
        }
        if (record.value() == null) {
            UploadPosition upload = UploadPosition.of(record.headers()).orElseThrow();
            int dash = upload.log().lastIndexOf('-');
            return new Outcome(
                    Kind.TOMBSTONE,
                    key,
                    number,
                    log,
                    position(
                            upload.log().substring(0, dash),
                            Integer.parseInt(upload.log().substring(dash + 1)),
                            upload.offset()));
        }
        MediaEmbedded event = EMBEDDED.read(record.value());
        return new Outcome(
                Kind.VECTOR,
                key,
                number,
                log,
                position(event.getSourceTopic(), event.getSourcePartition(), event.getSourceOffset()));
    }

    private static Position position(String topic, int partition, long offset) {
        return new Position(new TopicPartition(topic, partition), offset);
    }

    /// Returns the uploads that have an outcome.
    List<Upload> done(List<Upload> uploads) {
        return uploads.stream().filter(upload -> seen.contains(upload.number())).toList();
    }

    /// Compares what was seen with what was uploaded.
    Verdict of(List<Upload> uploads) {
        return Verdict.of(uploads, all);
    }

    @Override
    public void close() {
        reader.close();
    }
}
