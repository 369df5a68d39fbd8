package dev.clipstream.bench.retag;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.BrokerProcess;
import dev.clipstream.bench.SyntheticVectors;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.lifecycle.ProcessFolder;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.topology.gate.EventVectors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStoreWithHeaders;
import org.apache.kafka.streams.state.ValueTimestampHeaders;
import org.jspecify.annotations.Nullable;

/// A store of vectors as the topology `tagging` keeps it, with synthetic media: a store of Kafka Streams whose values
/// are records of `media.embedded`. Used by one stream thread.
final class StoredVectors {
    private static final String NAME = "vectors";
    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final KeyValueStore<byte[], ValueTimestampHeaders<byte[]>> store;
    private final ModelIdentity model;
    private final AvroSerde<MediaEmbedded> serde = AvroSerde.embedded();
    private byte @Nullable [] cursor;

    private StoredVectors(KeyValueStore<byte[], ValueTimestampHeaders<byte[]>> store, ModelIdentity model) {
        this.store = store;
        this.model = model;
    }

    /// What is measured with the store.
    ///
    /// @param <T> of the result
    @FunctionalInterface
    interface Work<T> {
        T with(StoredVectors vectors);
    }

    /// Fills a store and runs the work on its stream thread.
    ///
    /// @param media number of media
    /// @param model that their vectors are of
    /// @throws BenchmarkException if the stream thread fails
    static <T> T use(BrokerProcess broker, int media, ModelIdentity model, Work<T> work)
            throws BenchmarkException, InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        try (ProcessFolder folder = ProcessFolder.create();
                KafkaStreams streams = new KafkaStreams(
                        topology(result, store -> {
                            StoredVectors vectors = new StoredVectors(store, model);
                            vectors.fill(media);
                            return work.with(vectors);
                        }),
                        properties(broker, folder.path()))) {
            streams.setUncaughtExceptionHandler(failure -> {
                result.completeExceptionally(failure);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            T found = result.get();
            streams.close(STOP);
            return found;
        } catch (ExecutionException e) {
            throw new BenchmarkException(
                    "Expected Kafka Streams to run the measurement, found " + e.getCause() + ". See the log.", e);
        } catch (StartException e) {
            throw new BenchmarkException(String.valueOf(e.getMessage()), e);
        }
    }

    /// What runs with the store itself.
    @FunctionalInterface
    private interface StoreWork<T> {
        T with(KeyValueStore<byte[], ValueTimestampHeaders<byte[]>> store);
    }

    private static <T> Topology topology(CompletableFuture<T> result, StoreWork<T> work) {
        return new Topology()
                .addSource(
                        "embedded",
                        Serdes.ByteArray().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        Topics.DEFAULT.embedded())
                .addProcessor("measure", () -> new Measuring<>(result, work), "embedded")
                .addStateStore(store(), "measure");
    }

    private static StoreBuilder<TimestampedKeyValueStoreWithHeaders<byte[], byte[]>> store() {
        return Stores.timestampedKeyValueStoreWithHeadersBuilder(
                        Stores.persistentTimestampedKeyValueStoreWithHeaders(NAME),
                        Serdes.ByteArray(),
                        Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled();
    }

    private static Properties properties(BrokerProcess broker, Path folder) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                "clipstream-bench-retag",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                StreamsConfig.STATE_DIR_CONFIG,
                folder.toString(),
                StreamsConfig.consumerPrefix("max.poll.interval.ms"),
                Integer.MAX_VALUE));
        return properties;
    }

    /// Runs the work in the first punctuation of the first task.
    private static final class Measuring<T> extends ContextualProcessor<byte[], byte[], Void, Void> {
        private final CompletableFuture<T> result;
        private final StoreWork<T> work;

        Measuring(CompletableFuture<T> result, StoreWork<T> work) {
            this.result = result;
            this.work = work;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            super.init(context);
            if (context.taskId().partition() == 0) {
                context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> {
                    if (!result.isDone()) {
                        result.complete(work.with(context.getStateStore(NAME)));
                    }
                });
            }
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            // the store is filled without records
        }
    }

    private void fill(int media) {
        SyntheticVectors vectors = new SyntheticVectors(model.dimension());
        for (int i = 0; i < media; i++) {
            String id = "medium-" + i;
            Instant time = EPOCH.plusSeconds(i);
            MediaEmbedded event = MediaEmbedded.newBuilder()
                    .setMediaId(id)
                    .setVector(vectors.at(i).toLittleEndian())
                    .setDimension(model.dimension())
                    .setModelId(model.id())
                    .setModelFingerprint(model.fingerprint())
                    .setImageWidth(640)
                    .setImageHeight(480)
                    .setUri("https://pictures.example/albums/" + i % 50 + "/" + i + ".jpg")
                    .setContentType("image/jpeg")
                    .setAttributes(Map.of("album", "album-" + i % 50, "camera", "left"))
                    .setSourceTopic(Topics.DEFAULT.uploaded())
                    .setSourcePartition(0)
                    .setSourceOffset(i)
                    .setUploadedAt(time)
                    .setEmbeddedAt(time)
                    .build();
            store.put(
                    id.getBytes(StandardCharsets.UTF_8),
                    ValueTimestampHeaders.make(serde.write(event), time.toEpochMilli(), new RecordHeaders()));
        }
    }

    /// Receives vectors in blocks.
    @FunctionalInterface
    interface Blocks {
        void accept(List<Embedding> vectors);
    }

    /// Reads vectors in the order of their keys, behind those of the last call. Begins anew behind the last key.
    ///
    /// @param count how many; fewer before the last key
    /// @param block number of vectors that are passed at once; the last block may have fewer
    /// @return how many were read
    int read(int count, int block, Blocks blocks) {
        List<Embedding> vectors = new ArrayList<>(block);
        int read = 0;
        try (KeyValueIterator<byte[], ValueTimestampHeaders<byte[]>> left =
                cursor == null ? store.all() : store.range(cursor, null)) {
            cursor = null;
            while (left.hasNext()) {
                KeyValue<byte[], ValueTimestampHeaders<byte[]>> next = left.next();
                if (read == count) {
                    cursor = next.key;
                    break;
                }
                vectors.add(EventVectors.read(serde.read(next.value.value()), model));
                read++;
                if (vectors.size() == block) {
                    blocks.accept(vectors);
                    vectors.clear();
                }
            }
        }
        if (!vectors.isEmpty()) {
            blocks.accept(vectors);
        }
        return read;
    }
}
