package dev.clipstream.topology.async;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/// Gives Kafka Streams clients that never commit what a [HeldOffsetsStage] has in flight.
///
/// Main consumers and producers are proxies. Every offset about to be committed passes [HeldOffsets#lower], on the
/// stream thread that calls: under exactly-once in the producer's `sendOffsetsToTransaction`, under at-least-once
/// in the consumer's `commitSync`. All else goes through unchanged, but that `poll` returns soon while something is
/// in flight, since its outcome waits for the thread, and does not read partitions whose windows are full.
///
/// One for each `KafkaStreams`. [#drain] may be called from any thread.
public final class HeldOffsetsClientSupplier implements KafkaClientSupplier {
    /// Short beside a commit interval, so that outcomes are forwarded soon; long beside what a turn of the stream
    /// thread costs (0.1 ms of processor time: at 2 ms it took 4 % of two cores).
    private static final Duration POLL_WHILE_IN_FLIGHT = Duration.ofMillis(10);

    private static final int QUIET_POLLS = 3;

    private final Map<HeldOffsets, Integer> quietPolls = new ConcurrentHashMap<>();
    private final Supplier<HeldOffsets> guard;
    private volatile boolean draining;

    /// Clients for one `KafkaStreams`.
    public HeldOffsetsClientSupplier() {
        this(HeldOffsets::ofThisThread);
    }

    /// @param guard of the thread that calls
    HeldOffsetsClientSupplier(Supplier<HeldOffsets> guard) {
        this.guard = guard;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return guarded(new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return guarded(new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Stops the intake and waits until nothing is in flight, so that a close after it gives nothing up. A close
    /// without it is as safe, but what was in flight is done again. A thread that ended is not waited for.
    ///
    /// @param limit most time to wait
    /// @return whether nothing is in flight
    public boolean drain(Duration limit) throws InterruptedException {
        quietPolls.replaceAll((thread, polls) -> 0);
        draining = true;
        long deadline = System.nanoTime() + limit.toNanos();
        while (quietPolls.values().stream().anyMatch(polls -> polls < QUIET_POLLS)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(POLL_WHILE_IN_FLIGHT.toNanos());
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    Consumer<byte[], byte[]> guarded(Consumer<byte[], byte[]> consumer) {
        BackPressure pressure = new BackPressure(consumer);
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                Consumer.class.getClassLoader(),
                new Class<?>[] {Consumer.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "poll" -> poll(pressure, (Duration) arguments[0]);
                    case "pause" -> pressure.pause((Collection<TopicPartition>) arguments[0]);
                    case "resume" -> pressure.resume((Collection<TopicPartition>) arguments[0]);
                    case "commitSync", "commitAsync" -> call(consumer, method, lowered(method, arguments));
                    case "close" -> {
                        quietPolls.remove(guard.get());
                        yield call(consumer, method, arguments);
                    }
                    default -> call(consumer, method, arguments);
                });
    }

    @SuppressWarnings("unchecked")
    Producer<byte[], byte[]> guarded(Producer<byte[], byte[]> producer) {
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(),
                new Class<?>[] {Producer.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "sendOffsetsToTransaction" -> call(producer, method, lowered(method, arguments));
                    default -> call(producer, method, arguments);
                });
    }

    private ConsumerRecords<byte[], byte[]> poll(BackPressure pressure, Duration timeout) {
        HeldOffsets held = guard.get();
        held.clientsAreWrapped();
        boolean waiting = held.inFlight() > 0;
        quietPolls.merge(held, waiting ? 0 : 1, (before, now) -> now == 0 ? 0 : before + now);
        Duration wait = waiting && timeout.compareTo(POLL_WHILE_IN_FLIGHT) > 0 ? POLL_WHILE_IN_FLIGHT : timeout;
        return pressure.poll(wait, held.full(), draining);
    }

    @SuppressWarnings("unchecked")
    private Object[] lowered(Method method, Object @Nullable [] arguments) {
        if (arguments == null || !(arguments[0] instanceof Map<?, ?>)) {
            throw new UnsupportedOperationException("A commit that names its offsets was expected, found " + method
                    + ", which would commit records in flight: call the form with an offset map");
        }
        Object[] lowered = arguments.clone();
        lowered[0] = guard.get().lower((Map<TopicPartition, OffsetAndMetadata>) arguments[0]);
        return lowered;
    }

    private static @Nullable Object call(Object client, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(client, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
