package dev.clipstream.cli.service;

import dev.clipstream.cli.service.DemoImages.DemoImage;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.lifecycle.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// The demo's producer and consumer: publishes the samples and prints tags and rejections as they arrive.
final class DemoWatch implements AutoCloseable {
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int MAX_TAGS = 3;

    private final Clock clock;
    private final String bootstrapServers;
    private final KafkaConsumer<@Nullable String, byte @Nullable []> consumer;
    private final long uploads;
    private final Set<String> tagged = new HashSet<>();
    private final Set<String> rejected = new HashSet<>();

    DemoWatch(String bootstrapServers, Clock clock) {
        this.bootstrapServers = bootstrapServers;
        this.clock = clock;
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(TOPICS.tagged(), TOPICS.rejected())
                .map(consumer::partitionsFor)
                .flatMap(Collection::stream)
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        this.uploads = consumer
                .endOffsets(consumer.partitionsFor(TOPICS.uploaded()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList())
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /// Returns the number of events that the topic of uploads has received before.
    long uploads() {
        return uploads;
    }

    /// Publishes images and prints their tags or rejections.
    ///
    /// @param timeout the longest time without any result
    /// @return whether every image was tagged
    boolean tag(List<DemoImage> images, Duration timeout) throws IOException {
        long startNanos = System.nanoTime();
        publish(images);
        Set<String> waiting = images.stream().map(DemoImage::mediaId).collect(Collectors.toCollection(HashSet::new));
        int published = waiting.size();
        long progressNanos = startNanos;
        while (!waiting.isEmpty() && System.nanoTime() - progressNanos < timeout.toNanos()) {
            if (print()) {
                progressNanos = System.nanoTime();
                waiting.removeAll(tagged);
                waiting.removeAll(rejected);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d of %d pictures tagged, %d rejected, in %.1f s%n",
                tagged.size(),
                published,
                rejected.size(),
                (System.nanoTime() - startNanos) / 1e9);
        if (!waiting.isEmpty()) {
            System.err.println("clipstream demo: no result for " + waiting);
        }
        return tagged.size() == published;
    }

    /// Prints tags until a topology fails.
    ///
    /// @return the failure
    Throwable printUntilFailure(Service service) {
        Throwable failure = null;
        while (failure == null) {
            print();
            failure = service.awaitFailure(Duration.ofMillis(1));
        }
        return failure;
    }

    private void publish(List<DemoImage> images) throws IOException {
        try (KafkaProducer<String, MediaUploaded> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), AvroSerde.uploaded())) {
            for (DemoImage image : images) {
                var _ = producer.send(new ProducerRecord<>(
                        TOPICS.uploaded(),
                        image.mediaId(),
                        MediaUploaded.newBuilder()
                                .setMediaId(image.mediaId())
                                .setUri(image.file().toRealPath().toUri().toString())
                                .setContentType(Files.probeContentType(image.file()))
                                .setUploadedAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                                .build()));
            }
        }
    }

    /// Prints what has arrived, and returns whether there was anything.
    private boolean print() {
        ConsumerRecords<@Nullable String, byte @Nullable []> records = consumer.poll(POLL);
        for (ConsumerRecord<@Nullable String, byte @Nullable []> record : records) {
            if (record.topic().equals(TOPICS.rejected())) {
                MediaRejected rejection = AvroSerde.rejected().deserialize(record.topic(), record.value());
                if (rejection != null) {
                    rejected.add(String.valueOf(rejection.getMediaId()));
                    System.out.printf(
                            Locale.ROOT,
                            "%-28s rejected: %s (%s)%n",
                            name(rejection),
                            rejection.getReasonCode(),
                            rejection.getMessage());
                }
                continue;
            }
            MediaTagged tags = AvroSerde.tagged().deserialize(record.topic(), record.value());
            if (tags == null) {
                System.out.printf(Locale.ROOT, "%-28s deleted%n", record.key());
            } else {
                tagged.add(tags.getMediaId());
                System.out.println(line(tags));
            }
        }
        return !records.isEmpty();
    }

    private static String line(MediaTagged tags) {
        String shown = tags.getTags().stream()
                .limit(MAX_TAGS)
                .map(tag -> String.format(
                        Locale.ROOT,
                        "%s %.2f (cosine %.3f)",
                        tag.getDisplayName(),
                        tag.getProbability(),
                        tag.getCosine()))
                .collect(Collectors.joining(" · "));
        return String.format(
                Locale.ROOT,
                "%-28s %s   %d ms after upload",
                tags.getMediaId(),
                shown.isEmpty() ? "no label above the threshold " + tags.getThreshold() : shown,
                Duration.between(tags.getUploadedAt(), tags.getTaggedAt()).toMillis());
    }

    @Override
    public void close() {
        consumer.close();
    }

    /// Returns the media id; without one, the position of the record in its topic.
    private static String name(MediaRejected rejection) {
        String mediaId = rejection.getMediaId();
        return mediaId != null
                ? mediaId
                : rejection.getSourceTopic() + "-" + rejection.getSourcePartition() + "@" + rejection.getSourceOffset();
    }
}
