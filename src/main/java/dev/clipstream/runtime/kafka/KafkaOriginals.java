package dev.clipstream.runtime.kafka;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.FetchedMedium;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.http.Originals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads images as they were uploaded: by fetching their URI, or, for inline content, from the topic of their upload
/// for as long as the topic keeps it.
///
/// Safe for use by many threads; one image is read from the topic at a time.
public final class KafkaOriginals implements Originals, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pattern SOURCE = Pattern.compile("(.+)-(\\d+)@(\\d+)");

    /// Brokers send the first record whatever its size, and no other is needed.
    private static final Map<String, Object> REQUIRED = Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1024,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1024);

    private final Map<String, Object> configuration;
    private final Set<String> topics;
    private final Optional<MediaFetcher> fetcher;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private boolean closed;

    /// @param topics  of uploads; no other is read, whatever topic an index names
    /// @param fetcher not owned; empty: URIs are not fetched
    public KafkaOriginals(KafkaProperties kafka, Collection<String> topics, Optional<MediaFetcher> fetcher) {
        this.configuration = kafka.consumer("pictures", REQUIRED);
        this.topics = Set.copyOf(topics);
        this.fetcher = fetcher;
    }

    @Override
    public Optional<byte[]> read(IndexedMedia media) throws IOException, InterruptedException {
        String uri = media.details().uri();
        if (uri == null) {
            return inline(media);
        }
        if (fetcher.isEmpty()) {
            return Optional.empty();
        }
        try (FetchedMedium fetched = fetcher.get().fetch(uri)) {
            return Optional.of(fetched.bytes());
        } catch (FetchException e) {
            if (e.reason().retryable()) {
                throw unavailable(String.valueOf(e.getMessage()));
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    private static SearchException unavailable(String found) {
        return new SearchException(Kind.UNAVAILABLE, "the image as it was uploaded", found, "try again later");
    }

    private Optional<byte[]> inline(IndexedMedia media) {
        Matcher source = SOURCE.matcher(media.source());
        if (!source.matches() || !topics.contains(source.group(1))) {
            return Optional.empty();
        }
        try {
            long offset = Long.parseLong(source.group(3));
            TopicPartition partition = new TopicPartition(source.group(1), Integer.parseInt(source.group(2)));
            return content(partition, offset, media.mediaId());
        } catch (OffsetOutOfRangeException | NumberFormatException | NotAvroException gone) {
            return Optional.empty();
        } catch (KafkaException e) {
            throw unavailable("no answer from the topic of uploads: " + e.getMessage());
        }
    }

    private synchronized Optional<byte[]> content(TopicPartition partition, long offset, String mediaId) {
        if (closed) {
            throw unavailable("an instance that is stopping");
        }
        KafkaConsumer<byte[], byte[]> reader = consumer;
        if (reader == null) {
            reader = new KafkaConsumer<>(configuration, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer = reader;
        }
        reader.assign(List.of(partition));
        reader.seek(partition, offset);
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadlineNanos) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(PATIENCE)) {
                if (record.offset() != offset) {
                    return Optional.empty();
                }
                MediaUploaded event = AvroSerde.uploaded().deserialize(partition.topic(), record.value());
                ByteBuffer content = event == null || !event.getMediaId().equals(mediaId) ? null : event.getContent();
                if (content == null) {
                    return Optional.empty();
                }
                byte[] bytes = new byte[content.remaining()];
                content.duplicate().get(bytes);
                return Optional.of(bytes);
            }
        }
        throw unavailable("no answer from the topic of uploads");
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (consumer != null) {
            consumer.close();
        }
    }
}
