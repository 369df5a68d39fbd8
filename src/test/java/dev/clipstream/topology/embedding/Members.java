package dev.clipstream.topology.embedding;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

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
    void awaitWithPartitions(int expected) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Collection<MemberDescription> members = members();
            if (members.size() == expected
                    && members.stream()
                            .noneMatch(member ->
                                    member.assignment().topicPartitions().isEmpty())) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Expected " + expected + " members with partitions, found " + members);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private Collection<MemberDescription> members() throws ExecutionException, InterruptedException {
        try {
            return Objects.requireNonNull(admin.describeConsumerGroups(Set.of(group))
                            .describedGroups()
                            .get(group))
                    .get()
                    .members();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of(); // the first member has not joined yet
            }
            throw e;
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
