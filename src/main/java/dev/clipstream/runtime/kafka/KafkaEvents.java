package dev.clipstream.runtime.kafka;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaAlert;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.Topics;
import dev.clipstream.search.http.MediaEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes new tags, rejections and matches of standing queries of all partitions to listeners, whichever instance wrote
/// them.
///
/// One virtual thread reads the topics while there are listeners. Safe for use by many threads.
public final class KafkaEvents implements MediaEvents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaEvents.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    static final Duration LOOK_FOR_PARTITIONS_EVERY = Duration.ofSeconds(10);

    private final Map<String, Object> configuration;
    private final Topics topics;
    private final List<Consumer<MediaEvent>> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Thread reader;
    private boolean reading;
    /// Used by the reader only: where its next consumer continues.
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private volatile boolean closed;

    public KafkaEvents(KafkaProperties kafka, Topics topics) {
        this.configuration = kafka.consumer("events", Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"));
        this.topics = topics;
    }

    @Override
    public synchronized Listening listen(Consumer<MediaEvent> listener) throws InterruptedException {
        Listening listening = () -> listeners.remove(listener);
        listeners.add(listener);
        if (reader == null && !closed) {
            reading = false;
            reader = Thread.ofVirtual().name("live-events").start(this::run);
        }
        try {
            long untilNanos = System.nanoTime() + PATIENCE.toNanos();
            while (!reading && !closed && System.nanoTime() < untilNanos) {
                wait(POLL.toMillis());
            }
        } catch (InterruptedException e) {
            listening.close();
            throw e;
        }
        return listening;
    }

    private void run() {
        positions.clear();
        while (isWanted()) {
            try (KafkaConsumer<byte @Nullable [], byte @Nullable []> consumer =
                    new KafkaConsumer<>(configuration, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                while (isWanted()) {
                    follow(consumer);
                }
            } catch (RuntimeException e) {
                // any failure: listeners must not be left without a reader
                LOG.warn("Expected live events from {}, found: {}. Retrying", topics, e.getMessage());
                ended();
                LockSupport.parkNanos(RETRY_AFTER.toNanos());
            }
        }
    }

    /// Reads for a while. A new consumer starts where the last one stopped, or at the end of each partition. Topics and
    /// partitions that are added later are read from their beginning.
    private void follow(KafkaConsumer<byte @Nullable [], byte @Nullable []> consumer) {
        Set<TopicPartition> there = new HashSet<>();
        for (String topic : List.of(topics.tagged(), topics.rejected(), topics.alerts())) {
            List<PartitionInfo> partitions = consumer.listTopics().getOrDefault(topic, List.of());
            partitions.forEach(info -> there.add(new TopicPartition(topic, info.partition())));
        }
        boolean first = consumer.assignment().isEmpty();
        Set<TopicPartition> added = new HashSet<>(there);
        added.removeAll(consumer.assignment());
        if (there.isEmpty()) {
            LockSupport.parkNanos(RETRY_AFTER.toNanos());
            return;
        }
        consumer.assign(there);
        if (first) {
            for (TopicPartition partition : added) {
                Long known = positions.get(partition);
                if (known == null) {
                    consumer.seekToEnd(Set.of(partition));
                } else {
                    consumer.seek(partition, known);
                }
            }
            added.forEach(partition -> positions.put(partition, consumer.position(partition)));
            begun();
        } else if (!added.isEmpty()) { // seeking none would seek all
            consumer.seekToBeginning(added);
        }
        long untilNanos = System.nanoTime() + LOOK_FOR_PARTITIONS_EVERY.toNanos();
        while (isWanted() && System.nanoTime() < untilNanos) {
            consumer.poll(POLL).forEach(record -> {
                positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                pass(record);
            });
        }
    }

    private synchronized void ended() {
        reading = false;
    }

    private synchronized void begun() {
        reading = true;
        notifyAll();
    }

    /// Returns whether there are listeners and this thread is their reader. Another reader may have started while this
    /// one closed its consumer, and two would pass on every event twice.
    private synchronized boolean isWanted() {
        if (reader != Thread.currentThread()) {
            return false;
        }
        if (closed || listeners.isEmpty()) {
            reader = null;
            return false;
        }
        return true;
    }

    private void pass(ConsumerRecord<byte @Nullable [], byte @Nullable []> record) {
        MediaEvent event;
        try {
            event = record.topic().equals(topics.tagged())
                    ? tagged(record)
                    : record.topic().equals(topics.alerts()) ? alert(record) : rejected(record);
        } catch (NotAvroException e) {
            LOG.debug("Expected a record of Clipstream on {}, found another", record.topic(), e);
            return;
        }
        if (event != null) {
            listeners.forEach(listener -> listener.accept(event));
        }
    }

    private static @Nullable MediaEvent tagged(ConsumerRecord<byte @Nullable [], byte @Nullable []> record) {
        MediaTagged tagged = AvroSerde.tagged().deserialize(record.topic(), record.value());
        if (tagged == null) {
            return null;
        }
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("mediaId", tagged.getMediaId());
        data.put("uri", tagged.getUri());
        data.put("uploadedAt", tagged.getUploadedAt().toString());
        data.put("attributes", tagged.getAttributes());
        data.put("labelSet", tagged.getLabelSet());
        data.put("labelSetVersion", tagged.getLabelSetVersion());
        Map<String, String> labelSets = new LinkedHashMap<>();
        tagged.getLabelSets().forEach(set -> labelSets.put(set.getName(), set.getVersion()));
        if (!tagged.getLabelSet().isEmpty()) {
            labelSets.putIfAbsent(tagged.getLabelSet(), tagged.getLabelSetVersion());
        }
        data.put("labelSets", labelSets);
        List<Map<String, @Nullable Object>> tags = new ArrayList<>();
        tagged.getTags().forEach(tag -> {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("labelId", tag.getLabelId());
            one.put("displayName", tag.getDisplayName());
            one.put("probability", tag.getProbability());
            one.put("cosine", tag.getCosine());
            one.put("labelSet", tag.getLabelSet().isEmpty() ? tagged.getLabelSet() : tag.getLabelSet());
            one.put("derivedFrom", tag.getDerivedFrom());
            tags.add(one);
        });
        data.put("tags", tags);
        return new MediaEvent(MediaEvent.TAGGED, data);
    }

    private static @Nullable MediaEvent rejected(ConsumerRecord<byte @Nullable [], byte @Nullable []> record) {
        MediaRejected rejected = AvroSerde.rejected().deserialize(record.topic(), record.value());
        if (rejected == null) {
            return null;
        }
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("mediaId", rejected.getMediaId());
        data.put("stage", rejected.getStage().name());
        data.put("reason", rejected.getReasonCode());
        data.put("message", rejected.getMessage());
        data.put("retryable", rejected.getRetryable());
        data.put("at", rejected.getRejectedAt().toString());
        return new MediaEvent(MediaEvent.REJECTED, data);
    }

    private static @Nullable MediaEvent alert(ConsumerRecord<byte @Nullable [], byte @Nullable []> record) {
        MediaAlert alert = AvroSerde.alert().deserialize(record.topic(), record.value());
        if (alert == null) {
            return null;
        }
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("mediaId", alert.getMediaId());
        data.put("alert", alert.getAlert());
        data.put("alertVersion", alert.getAlertVersion());
        data.put("displayName", alert.getDisplayName());
        data.put("probability", alert.getProbability());
        data.put("cosine", alert.getCosine());
        data.put("uri", alert.getUri());
        data.put("uploadedAt", alert.getUploadedAt().toString());
        data.put("attributes", alert.getAttributes());
        data.put("at", alert.getMatchedAt().toString());
        return new MediaEvent(MediaEvent.ALERT, data);
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
