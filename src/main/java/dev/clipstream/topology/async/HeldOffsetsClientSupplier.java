package dev.clipstream.topology.async;

import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.topic.MissingOffsets;
import dev.clipstream.topology.topic.OutputSender;
import dev.clipstream.topology.topic.TopicFacts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/// Supplies Kafka Streams with clients that never commit a record that an [AsyncStage] has in flight.
///
/// Main consumers and producers are proxies. Every offset that is about to be committed passes [HeldOffsets#commit] on
/// the calling stream thread: in the producer's `sendOffsetsToTransaction` under exactly-once, in the consumer's
/// `commitSync` under at-least-once. It is lowered to the first record in flight, and its metadata names the finished
/// records above; the consumer's `committed` takes them out again, when a task starts. These things differ in `poll`:
/// it returns soon while records are in flight, because the thread has to forward their outcomes, at once while a task
/// has background work ([BackgroundTurns]), and it does not read partitions that are full. Missing offsets to resume at
/// are handled by [MissingOffsets], and outputs are sent by an [OutputSender]. All other calls pass unchanged. The
/// proxies also note the progress of their thread ([#stall]).
///
/// Create one for each `KafkaStreams`. [#drain], [#stall] and [#breakOff] may be called from any thread.
public final class HeldOffsetsClientSupplier implements KafkaClientSupplier {
    private static final System.Logger LOG = System.getLogger(HeldOffsetsClientSupplier.class.getName());

    private static final int IDLE_POLLS = 3;

    /// How long brokers may take to return committed offsets during a poll. Shorter than a transaction may last.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// Default time that a call of a producer may take while the topology stops. Usual calls take less than a second.
    private static final Duration HANGS = Duration.ofSeconds(10);

    /// Time after which a thread that started over is taken to work again. Longer than most records need until they are
    /// sent again, which blocks if their topic is missing; shorter than the time after which a topology has stalled.
    private static final Duration STARTS_OVER = Duration.ofSeconds(30);

    private final Map<HeldOffsets, Integer> idlePolls = new ConcurrentHashMap<>();
    private final TopicFacts facts;
    private final MissingOffsets missingOffsets;
    private final CommitMetrics metrics;
    private final Clock clock;
    private final Supplier<HeldOffsets> guard;
    private final Map<String, Object> mainConsumer;
    private final Duration hangs;
    private volatile boolean draining;

    /// Creates the supplier of one `KafkaStreams`.
    ///
    /// @param mainConsumer properties of the main consumer, which override those that Kafka Streams sets
    /// @param facts        about the topics of outputs
    /// @param metrics      of the topology
    /// @param clock        limits the timestamps of outputs
    public HeldOffsetsClientSupplier(
            Map<String, Object> mainConsumer, TopicFacts facts, StageMetrics metrics, Clock clock) {
        this(mainConsumer, facts, metrics, clock, HeldOffsets::ofThisThread, HANGS);
    }

    /// @param guard returns the held offsets of the calling thread
    /// @param hangs how long a call of a producer may take while the topology stops
    HeldOffsetsClientSupplier(
            Map<String, Object> mainConsumer,
            TopicFacts facts,
            StageMetrics metrics,
            Clock clock,
            Supplier<HeldOffsets> guard,
            Duration hangs) {
        this.facts = facts;
        this.missingOffsets = new MissingOffsets(metrics, clock);
        this.metrics = new CommitMetrics(metrics);
        this.clock = clock;
        this.guard = guard;
        this.mainConsumer = Map.copyOf(mainConsumer);
        this.hangs = hangs;
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
        Map<String, Object> own = new HashMap<>(config);
        own.putAll(mainConsumer);
        Object policy = own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return guarded(
                new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                policy == null ? "latest" : policy.toString().toLowerCase(Locale.ROOT));
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Stops reading and waits until no record is in flight, so that a close afterwards cancels no work. Closing
    /// without draining is safe, too, but the records in flight are processed again. Threads that have ended are
    /// ignored. Threads that hang in a call of their producer are not waited for.
    ///
    /// @param limit the longest time to wait
    /// @return whether no record is in flight
    public boolean drain(Duration limit) throws InterruptedException {
        idlePolls.replaceAll((thread, polls) -> 0);
        draining = true;
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            List<ThreadProgress> busy = idlePolls.entrySet().stream()
                    .filter(thread -> thread.getValue() < IDLE_POLLS)
                    .map(thread -> thread.getKey().progress())
                    .toList();
            if (busy.isEmpty()) {
                return true;
            }
            if (System.nanoTime() - deadline > 0 || busy.stream().allMatch(thread -> thread.hangsFor(hangs))) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(PollWait.LONGEST.toNanos());
        }
    }

    /// Returns a measure of how long threads take no step although records wait. Records in flight do not count, since
    /// they have time limits of their own: a slow fetch, a busy device or an unavailable index is not a stall.
    public Stall stall() {
        return new Stall(
                () -> idlePolls.keySet().stream().map(HeldOffsets::progress).toList());
    }

    /// Ends calls of producers that hang, so that their threads can end. What was not committed is processed again.
    public void breakOff() {
        idlePolls.keySet().forEach(thread -> thread.progress().breakOff(hangs));
    }

    /// @param policy what `auto.offset.reset` of the consumer would be
    @SuppressWarnings("unchecked")
    Consumer<byte[], byte[]> guarded(Consumer<byte[], byte[]> consumer, String policy) {
        BackPressure pressure = new BackPressure(consumer);
        PollWait wait = new PollWait(System::nanoTime);
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                Consumer.class.getClassLoader(),
                new Class<?>[] {Consumer.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "poll" -> poll(consumer, policy, pressure, wait, (Duration) arguments[0]);
                    case "committed" -> committed(consumer, policy, call(consumer, method, arguments));
                    case "pause" -> pressure.pause((Collection<TopicPartition>) arguments[0]);
                    case "resume" -> pressure.resume((Collection<TopicPartition>) arguments[0]);
                    case "commitSync", "commitAsync" -> committed(call(consumer, method, commit(method, arguments)));
                    case "close" -> {
                        idlePolls.remove(guard.get());
                        metrics.waiting(guard.get(), Set.of());
                        yield call(consumer, method, arguments);
                    }
                    default -> call(consumer, method, arguments);
                });
    }

    @SuppressWarnings("unchecked")
    Producer<byte[], byte[]> guarded(Producer<byte[], byte[]> producer) {
        OutputSender outputs = new OutputSender((record, callback) -> send(producer, record, callback), facts, clock);
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(),
                new Class<?>[] {Producer.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "send" -> send(outputs, method, arguments);
                    case "beginTransaction" -> {
                        outputs.begin();
                        CommitPace.ofThisThread().transactionBegan();
                        yield call(producer, method, arguments);
                    }
                    case "flush" -> {
                        CommitPace.ofThisThread().commitBegan();
                        yield call(producer, method, arguments);
                    }
                    case "sendOffsetsToTransaction" -> {
                        outputs.requireCommittable();
                        requireStartedOver((Map<TopicPartition, OffsetAndMetadata>) arguments[0]);
                        yield call(producer, method, commit(method, arguments));
                    }
                    case "commitTransaction" -> {
                        outputs.requireCommittable();
                        Object done = committed(call(producer, method, arguments));
                        outputs.committed();
                        CommitPace.ofThisThread().committed();
                        BackgroundTurns.ofThisThread().ended();
                        yield done;
                    }
                    case "abortTransaction" -> {
                        guard.get().progress().failed(STARTS_OVER);
                        guard.get().aborted(outputs.aborted());
                        Object done = call(producer, method, arguments);
                        CommitPace.ofThisThread().aborted();
                        BackgroundTurns.ofThisThread().ended();
                        yield done;
                    }
                    default -> call(producer, method, arguments);
                });
    }

    /// Fails the commit of a task whose outputs were lost with an earlier transaction. Kafka Streams 4.3 aborts a
    /// transaction when one task starts over. It commits the other tasks before, except during a rebalance; then they
    /// would go on as if their outputs were written.
    ///
    /// @throws TimeoutException then; Kafka Streams lets all tasks of the commit start over
    private void requireStartedOver(Map<TopicPartition, OffsetAndMetadata> offsets) {
        Set<TopicPartition> lost = new HashSet<>(guard.get().aborted());
        lost.retainAll(offsets.keySet());
        if (!lost.isEmpty()) {
            throw new TimeoutException("Expected a commit of outputs that were written, found that those of " + lost
                    + " were lost with another task's transaction. These tasks start over");
        }
    }

    /// Kafka Streams asks for the committed offsets of a task when it starts it.
    @SuppressWarnings("unchecked")
    private Object committed(Consumer<byte[], byte[]> consumer, String policy, @Nullable Object answer) {
        Map<TopicPartition, @Nullable OffsetAndMetadata> offsets = guard.get()
                .committed((Map<TopicPartition, @Nullable OffsetAndMetadata>) Objects.requireNonNull(answer));
        missingOffsets.repeat(consumer, offsets, policy);
        return offsets;
    }

    @SuppressWarnings("unchecked")
    private static Future<RecordMetadata> send(OutputSender outputs, Method method, Object[] arguments) {
        if (arguments.length != 2) {
            throw new UnsupportedOperationException("Expected a send with a callback, found " + method
                    + ", whose failures nobody would see. Call the form with a callback.");
        }
        return outputs.send((ProducerRecord<byte[], byte[]>) arguments[0], (Callback) arguments[1]);
    }

    private Future<RecordMetadata> send(
            Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record, Callback callback) {
        ThreadProgress progress = guard.get().progress();
        progress.entered(producer, producer.getClass().getSimpleName() + ".send");
        try {
            return producer.send(record, (metadata, thrown) -> {
                if (thrown != null) {
                    progress.failed(STARTS_OVER);
                }
                callback.onCompletion(metadata, thrown);
            });
        } finally {
            progress.returned();
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(
            Consumer<byte[], byte[]> consumer, String policy, BackPressure pressure, PollWait wait, Duration timeout) {
        HeldOffsets held = guard.get();
        held.clientsAreWrapped();
        boolean waiting = held.inFlight() > 0;
        idlePolls.merge(held, waiting ? 0 : 1, (before, now) -> now == 0 ? 0 : before + now);
        if (waiting || !pressure.lags(Set.of())) {
            held.progress().polled();
        }
        Map<TopicPartition, WaitReason> full = held.full();
        metrics.waiting(held, full.values());
        ConsumerRecords<byte[], byte[]> records;
        try {
            BackgroundTurns turns = BackgroundTurns.ofThisThread();
            turns.polled();
            Duration most = turns.isReady() ? Duration.ZERO : wait.of(held, timeout);
            Duration longest = CommitPace.ofThisThread().beforePoll(most, () -> pressure.lags(held.yielding()));
            records = pressure.poll(longest, full.keySet(), draining);
        } catch (InvalidOffsetException e) {
            return resumed(consumer, e, policy);
        }
        held.keepOnly(consumer.assignment());
        return learnt(consumer, held, records);
    }

    /// Returns the records of a poll as soon as it is known which of them are finished.
    private static ConsumerRecords<byte[], byte[]> learnt(
            Consumer<byte[], byte[]> consumer, HeldOffsets held, ConsumerRecords<byte[], byte[]> records) {
        Set<TopicPartition> unknown = held.unknown(records);
        if (!unknown.isEmpty()) {
            try {
                held.committed(consumer.committed(unknown, PATIENCE));
            } catch (TimeoutException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Expected the committed offsets of " + unknown + ", found that the brokers do not answer. The"
                                + " next poll reads these partitions again: " + e.getMessage());
                for (TopicPartition partition : records.partitions()) {
                    ConsumerRecord<byte[], byte[]> first =
                            records.records(partition).getFirst();
                    consumer.seek(partition, new OffsetAndMetadata(first.offset(), first.leaderEpoch(), ""));
                }
                return ConsumerRecords.empty();
            }
        }
        held.polled(records);
        return records;
    }

    private ConsumerRecords<byte[], byte[]> resumed(
            Consumer<byte[], byte[]> consumer, InvalidOffsetException thrown, String policy) {
        try {
            missingOffsets.resume(consumer, thrown, policy).forEach(guard.get()::rewound);
        } catch (TimeoutException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Expected the offsets of " + thrown.partitions() + ", found that a leader does not answer. The next"
                            + " poll asks again: " + e.getMessage());
        }
        return ConsumerRecords.empty();
    }

    @SuppressWarnings("unchecked")
    private Object[] commit(Method method, Object @Nullable [] arguments) {
        if (arguments == null || !(arguments[0] instanceof Map<?, ?>)) {
            throw new UnsupportedOperationException("Expected a commit with an offset map, found " + method
                    + ", which would commit records in flight. Call the form with an offset map.");
        }
        Object[] changed = arguments.clone();
        changed[0] = metrics.timed(() -> guard.get().commit((Map<TopicPartition, OffsetAndMetadata>) arguments[0]));
        return changed;
    }

    private @Nullable Object committed(@Nullable Object result) {
        guard.get().progress().committed();
        return result;
    }

    private @Nullable Object call(Object client, Method method, Object @Nullable [] arguments) throws Throwable {
        ThreadProgress progress = guard.get().progress();
        progress.entered(client, client.getClass().getSimpleName() + "." + method.getName());
        try {
            return method.invoke(client, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        } finally {
            progress.returned();
        }
    }
}
