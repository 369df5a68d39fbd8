package dev.clipstream.topology.embedding;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;

/// The members of a consumer group.
final class Members implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Admin admin;
    private final String group;

    Members(String bootstrapServers, String group) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.group = group;
    }

    /// Waits until the group has this many members and each has a partition.
    void awaitWithPartitions(int members) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            ConsumerGroupDescription description = admin.describeConsumerGroups(Set.of(group))
                    .all()
                    .get()
                    .values()
                    .iterator()
                    .next();
            if (description.members().size() == members
                    && description.members().stream()
                            .noneMatch(member ->
                                    member.assignment().topicPartitions().isEmpty())) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Expected " + members + " members with partitions, found " + description);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
