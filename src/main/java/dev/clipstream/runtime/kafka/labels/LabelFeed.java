package dev.clipstream.runtime.kafka.labels;

import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.tag.LabelsPosition;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.ZeroShotTagger;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the topic of label sets and keeps the instance's taggers up to date.
///
/// [#load] reads the topic to its end before the topologies start, then a thread follows it. The thread also encodes
/// the prompts, so that no stream thread waits for the text tower. A topic that does not exist holds no label sets; one
/// that was created again is read from its beginning, and one that was deleted leaves the sets as they are. Safe for
/// use by many threads.
public final class LabelFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabelFeed.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Duration LOOK_FOR_TOPIC_EVERY = Duration.ofSeconds(5);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(15);

    private final Map<String, Object> consuming;
    private final Map<String, Object> administering;
    private final String topic;
    private final TopicLabels labels;
    private final LiveTagger tagger;
    /// Used by the reading thread only: what the taggers reflect.
    private LabelsPosition position = LabelsPosition.NONE;
    private @Nullable Admin admin;
    private @Nullable Thread thread;
    private volatile @Nullable Consumer<@Nullable String, byte @Nullable []> reading;
    private volatile List<LabelSetState> states;
    private volatile int refusals;
    private volatile boolean closed;
    private boolean warned;

    /// @param topic      empty: the configured label set alone applies
    /// @param taggers    makes taggers of the instance's model
    /// @param configured the tagger of the setting `tagging.labels`
    /// @param tagger     gets a new snapshot whenever the topic changes
    public LabelFeed(
            KafkaProperties kafka,
            String topic,
            LabelTaggers taggers,
            Optional<ZeroShotTagger> configured,
            LiveTagger tagger,
            MeterRegistry meters) {
        this.consuming = kafka.consumer("labels", Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"));
        this.administering = kafka.admin("labels");
        this.topic = topic;
        Path folder = kafka.stateFolder().resolve("label-sets");
        this.labels = new TopicLabels(taggers, configured, folder);
        this.tagger = tagger;
        this.states = labels.states();
        Gauge.builder(
                        "clipstream.label.sets",
                        () -> tagger.current().taggers().size()
                                + tagger.current().alerts().size())
                .description("Label sets and standing queries that apply")
                .register(meters);
        Gauge.builder("clipstream.label.sets.refused", () -> refusals)
                .description("Label sets whose newest version this instance refuses")
                .register(meters);
    }

    /// Reads the topic to its end, then follows it in a thread of its own.
    ///
    /// @throws StartException if the brokers do not answer
    public void load() throws StartException {
        if (topic.isEmpty()) {
            return;
        }
        admin = Admin.create(administering);
        Consumer<@Nullable String, byte @Nullable []> consumer = consumer();
        try {
            Optional<TopicDescription> described = LabelsTopic.describe(own(), topic);
            if (described.isPresent() && hasOnePartition(described.get())) {
                restart(consumer, described.get());
            }
        } catch (KafkaException e) {
            consumer.close();
            throw new StartException(
                    "The topic " + topic + ": Expected to read the label sets, found: " + e.getMessage()
                            + ". Check the brokers and the right READ on it",
                    e);
        } catch (InterruptedException e) {
            consumer.close();
            Thread.currentThread().interrupt();
            throw new StartException("The start was interrupted", e);
        }
        reading = consumer;
        thread = Thread.ofPlatform().daemon().name("labels").start(() -> run(consumer));
    }

    private Consumer<@Nullable String, byte @Nullable []> consumer() {
        return new KafkaConsumer<>(consuming, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private Admin own() {
        Admin known = admin;
        if (known == null) {
            throw new IllegalStateException("Expected load() before anything else");
        }
        return known;
    }

    private void run(Consumer<@Nullable String, byte @Nullable []> first) {
        Consumer<@Nullable String, byte @Nullable []> consumer = first;
        while (!closed) {
            boolean failed = false;
            try {
                follow(consumer);
            } catch (WakeupException | InterruptException | InterruptedException | CancellationException e) {
                LOG.debug("Stops following the topic {}", topic, e);
            } catch (RuntimeException e) {
                // any failure: the sets that apply stay, and newer ones are read as soon as that is possible
                LOG.warn("The topic {}: Expected to follow the label sets, found: {}. Retrying", topic, e.toString());
                failed = true;
            } finally {
                Thread.interrupted(); // an interrupted thread cannot close a consumer
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
            if (failed && !closed && !pause()) {
                return;
            }
            if (!closed) {
                consumer = consumer();
                reading = consumer;
            }
        }
    }

    private boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_AFTER.toMillis());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /// Returns when another consumer is needed: the one of a topic that was created again remembers the old one.
    private void follow(Consumer<@Nullable String, byte @Nullable []> consumer) throws InterruptedException {
        while (!closed) {
            Optional<TopicDescription> described = LabelsTopic.describe(own(), topic);
            if (described.isEmpty() || !hasOnePartition(described.get())) {
                warnOnce(described);
                TimeUnit.MILLISECONDS.sleep(RETRY_AFTER.toMillis());
                continue;
            }
            warned = false;
            boolean known = described.get().topicId().toString().equals(position.topicId());
            if (!known && !consumer.assignment().isEmpty()) {
                return;
            }
            if (!known) {
                restart(consumer, described.get());
            } else if (consumer.assignment().isEmpty()) {
                consumer.assign(List.of(LabelsTopic.partition(topic)));
                consumer.seek(LabelsTopic.partition(topic), position.offset());
            }
            try {
                readOn(consumer);
            } catch (InvalidOffsetException recreatedOrTruncated) {
                LOG.info("The topic {} is read from its beginning again: {}", topic, recreatedOrTruncated.getMessage());
                position = LabelsPosition.NONE;
                return;
            }
        }
    }

    private void readOn(Consumer<@Nullable String, byte @Nullable []> consumer) throws InterruptedException {
        long untilNanos = System.nanoTime() + LOOK_FOR_TOPIC_EVERY.toNanos();
        while (!closed && System.nanoTime() < untilNanos) {
            List<LabelRecord> records = new ArrayList<>();
            consumer.poll(POLL).forEach(record -> records.add(LabelRecord.of(record)));
            long next = consumer.position(LabelsTopic.partition(topic));
            if (next == position.offset()) {
                continue;
            }
            Optional<TopicDescription> described = LabelsTopic.describe(own(), topic);
            if (described.isEmpty() || !described.get().topicId().toString().equals(position.topicId())) {
                return; // created again: these records belong to another topic
            }
            labels.accept(records);
            publish(new LabelsPosition(position.topicId(), next));
        }
    }

    private void restart(Consumer<@Nullable String, byte @Nullable []> consumer, TopicDescription described) {
        String topicId = described.topicId().toString();
        labels.restart(topicId, LabelsTopic.readAll(consumer, topic));
        publish(new LabelsPosition(topicId, consumer.position(LabelsTopic.partition(topic))));
    }

    /// The position grows although no set changes: an instance that waits for it must not wait forever.
    private void publish(LabelsPosition reached) {
        position = reached;
        refusals = labels.refusals();
        tagger.replace(labels.snapshot(reached));
        states = labels.states();
        synchronized (this) {
            notifyAll();
        }
    }

    private static boolean hasOnePartition(TopicDescription described) {
        return described.partitions().size() == 1;
    }

    private void warnOnce(Optional<TopicDescription> described) {
        if (!warned) {
            warned = true;
            LOG.warn(
                    "The topic {}: Expected one partition, found {}. The label sets stay as they are. Create it again"
                            + " with one partition and cleanup.policy=compact",
                    topic,
                    described.map(one -> one.partitions().size() + "").orElse("no such topic"));
        }
    }

    /// Returns the state of each label set, by name.
    public List<LabelSetState> states() {
        return states;
    }

    /// Returns the label sets that apply, the primary one first. Without standing queries.
    List<LabelSet> labelSets() {
        return tagger.current().labelSets();
    }

    /// Returns the tagger of a label set that applies.
    Optional<ZeroShotTagger> tagger(String name) {
        return tagger.current().find(name);
    }

    /// Waits until the taggers reflect a record.
    ///
    /// @return whether they do within `patience`
    public synchronized boolean awaitOffset(long offset, Duration patience) throws InterruptedException {
        long untilNanos = System.nanoTime() + patience.toNanos();
        while (!closed && tagger.current().position().offset() <= offset) {
            long left = (untilNanos - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            notifyAll();
        }
        Consumer<?, ?> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
        Thread running = thread;
        if (running != null) {
            running.interrupt(); // between two chunks of prompts
            try {
                running.join(CLOSE_WITHIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Admin known = admin;
        if (known != null) {
            known.close(Duration.ZERO);
        }
    }
}
