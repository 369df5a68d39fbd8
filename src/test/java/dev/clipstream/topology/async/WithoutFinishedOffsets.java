package dev.clipstream.topology.async;

import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.topic.TopicFacts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/// The clients of [HeldOffsetsClientSupplier], except that a commit does not reach the broker with the offsets that are
/// finished above it. The crash tests must detect that.
public final class WithoutFinishedOffsets implements KafkaClientSupplier {
    private final HeldOffsetsClientSupplier held = new HeldOffsetsClientSupplier(
            Map.of(),
            TopicFacts.UNKNOWN,
            new StageMetrics(new SimpleMeterRegistry(), "without-finished-offsets"),
            Clock.systemUTC());

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return held.getAdmin(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return held.guarded(stripped(
                Producer.class, new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())));
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return held.guarded(stripped(Consumer.class, getRestoreConsumer(config)), "earliest");
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return getRestoreConsumer(config);
    }

    /// Returns a client that commits the plain metadata.
    @SuppressWarnings("unchecked")
    private static <C> C stripped(Class<? super C> type, C client) {
        return (C) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            Object[] passed = arguments;
            switch (method.getName()) {
                case "commitSync", "commitAsync", "sendOffsetsToTransaction" -> {
                    passed = arguments.clone();
                    passed[0] = plain((Map<TopicPartition, OffsetAndMetadata>) arguments[0]);
                }
                default -> {}
            }
            try {
                return method.invoke(client, passed);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        });
    }

    private static Map<TopicPartition, OffsetAndMetadata> plain(Map<TopicPartition, OffsetAndMetadata> offsets) {
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, offset -> CommitText.plain(offset.getValue())));
    }
}
