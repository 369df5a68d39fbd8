package dev.clipstream.topology.topic;

import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.jspecify.annotations.Nullable;

/// Sends the records of a stream thread such that none of them stops the topology.
///
/// A record gets a timestamp that its topic accepts, see [TopicLimits#timestamp]. If the broker refuses a record for
/// what it is (its timestamp, its size, a missing key), the input is noted in [Refusals], and Kafka Streams is told to
/// start over. Under exactly-once the transaction is lost: what else it holds is not sent any more, and its commit
/// fails.
///
/// Belongs to one producer. All methods are called on the stream thread; the callbacks run on the producer's.
public final class OutputSender {
    /// Sends a record with the producer.
    @FunctionalInterface
    public interface Producing {
        Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback);
    }

    private static final System.Logger LOG = System.getLogger(OutputSender.class.getName());

    private final Producing producer;
    private final TopicFacts facts;
    private final Clock clock;
    private final Set<TopicPartition> sources = new HashSet<>();
    private boolean transactional;
    private volatile @Nullable OutputRefusedException lost;

    public OutputSender(Producing producer, TopicFacts facts, Clock clock) {
        this.producer = producer;
        this.facts = facts;
        this.clock = clock;
    }

    /// Notes that a transaction begins.
    public void begin() {
        transactional = true;
        lost = null;
    }

    /// Notes that the transaction was committed.
    public void committed() {
        sources.clear();
    }

    /// Notes that the transaction is aborted.
    ///
    /// @return the partitions of the inputs whose outputs are lost with it
    public Set<TopicPartition> aborted() {
        lost = null;
        Set<TopicPartition> losing = Set.copyOf(sources);
        sources.clear();
        return losing;
    }

    /// Fails if the transaction holds a refused record, and thus cannot be committed.
    ///
    /// @throws TimeoutException then; Kafka Streams aborts the transaction and starts over
    public void requireCommittable() {
        OutputRefusedException refused = lost;
        if (refused != null) {
            throw new TimeoutException(refused.getMessage(), refused);
        }
    }

    /// Sends a record.
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        OutputRefusedException refused = lost;
        if (refused != null) {
            callback.onCompletion(null, refused);
            return CompletableFuture.failedFuture(refused);
        }
        Refusals refusals = Refusals.ofThisThread();
        Refusals.Origin origin = refusals.sending();
        if (transactional && origin != null) {
            sources.add(origin.input());
        }
        return producer.send(
                accepted(record),
                (metadata, thrown) -> callback.onCompletion(
                        metadata, thrown == null ? null : seen(thrown, record.topic(), refusals, origin)));
    }

    private ProducerRecord<byte[], byte[]> accepted(ProducerRecord<byte[], byte[]> record) {
        Long wanted = record.timestamp();
        if (wanted == null) {
            return record;
        }
        long timestamp = facts.limits(record.topic()).timestamp(wanted, clock.millis());
        return timestamp == wanted
                ? record
                : new ProducerRecord<>(
                        record.topic(), record.partition(), timestamp, record.key(), record.value(), record.headers());
    }

    /// Returns the exception that Kafka Streams gets to see.
    private Exception seen(Exception thrown, String topic, Refusals refusals, Refusals.@Nullable Origin origin) {
        OutputRefusedException known = lost;
        if (known != null) {
            // the producer fails all that follows, with the error of the first or with one of its own
            return thrown instanceof TransactionAbortedException || !isOfTransaction(thrown) ? thrown : known;
        }
        if (isNeighbour(thrown)) {
            return new OutputRefusedException(
                    "Lost with another record of its batch, which " + topic + " refused", thrown);
        }
        if (origin == null || !isRefusal(thrown)) {
            return thrown;
        }
        String reason = "the topic " + topic + " refuses it: " + thrown.getMessage();
        LOG.log(
                System.Logger.Level.WARNING,
                "Expected the topic " + topic + " to accept the " + (origin.rejection() ? "rejection" : "output")
                        + " of " + origin.position() + ", found that it refuses it: " + thrown.getMessage()
                        + ". The stream starts over without it");
        refusals.add(origin, reason);
        OutputRefusedException refused = new OutputRefusedException("Of " + origin.position() + ", " + reason, thrown);
        if (transactional) {
            lost = refused;
        }
        return refused;
    }

    /// Returns whether the broker, or the producer for it, refuses a record for what it is.
    private static boolean isRefusal(Exception thrown) {
        return thrown instanceof InvalidTimestampException
                || thrown instanceof InvalidRecordException
                || thrown instanceof RecordTooLargeException
                || thrown instanceof RecordBatchTooLargeException;
    }

    /// Returns whether a record was lost only because another one of its batch was refused. The producer has no type
    /// for that.
    private static boolean isNeighbour(Exception thrown) {
        return thrown.getClass() == KafkaException.class
                && String.valueOf(thrown.getMessage()).contains("part of a batch");
    }

    private static boolean isOfTransaction(Exception thrown) {
        return isRefusal(thrown) || thrown.getClass() == KafkaException.class;
    }
}
