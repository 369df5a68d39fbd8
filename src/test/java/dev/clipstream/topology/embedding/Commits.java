package dev.clipstream.topology.embedding;

import dev.clipstream.topology.async.CommitText;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// What a consumer group has committed.
final class Commits implements AutoCloseable {
    private final Admin admin;
    private final String group;

    Commits(String bootstrapServers, String group) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.group = group;
    }

    /// Returns the committed offsets of the partitions that have one.
    Map<TopicPartition, OffsetAndMetadata> now() {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get());
            offsets.values().removeIf(offset -> offset == null);
            return offsets;
        } catch (ExecutionException e) {
            throw new AssertionError("Expected offsets from the broker", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    /// Returns the number of partitions whose metadata names finished offsets.
    long withFinished() {
        return now().values().stream().filter(CommitText::namesFinished).count();
    }

    /// Returns the characters of the longest metadata.
    int longestMetadata() {
        return now().values().stream()
                .mapToInt(offset -> offset.metadata().length())
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        admin.close();
    }
}
