package dev.clipstream.runtime;

import dev.clipstream.topology.HeldOffsetsClientSupplier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One topology as it runs: its Kafka Streams client, from start to drained end.
///
/// A bad world (a lost device, a full disk, a fenced producer that does not come back) stops the client and fails
/// [#failure()]; nothing that was in flight is committed.
final class TopologyRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyRunner.class);

    private final TopologyName name;
    private final KafkaStreams streams;
    private final HeldOffsetsClientSupplier clients;
    private final boolean staticMember;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    TopologyRunner(TopologyName name, Topology topology, StreamsConfig configuration, boolean staticMember) {
        this.name = name;
        this.staticMember = staticMember;
        this.clients = new HeldOffsetsClientSupplier();
        this.streams = new KafkaStreams(topology, configuration, clients);
        streams.setUncaughtExceptionHandler(thrown -> {
            LOG.error(
                    "The topology {} stops: nothing in flight was committed, it is done again at the next start",
                    name.label(),
                    thrown);
            failure.complete(thrown);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            LOG.info("The topology {} is {}", name.label(), now);
            if (now == KafkaStreams.State.ERROR) {
                failure.complete(new StartException("The topology " + name.label() + " ended in the state ERROR"));
            }
        });
    }

    void start() {
        streams.start();
    }

    TopologyName name() {
        return name;
    }

    boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    KafkaStreams streams() {
        return streams;
    }

    /// Completes with what stopped the topology, if it ever stops by itself.
    CompletableFuture<Throwable> failure() {
        return failure;
    }

    /// Takes no new event and waits until what is in flight is done.
    ///
    /// @return whether nothing is left; what is left is not committed, and done again by whoever reads it next
    boolean drain(Duration limit) {
        if (failure.isDone()) {
            return false;
        }
        try {
            return clients.drain(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Commits what is done and ends. Leaves the group at once, unless it is a static member that will be back.
    void close(Duration limit) {
        CloseOptions options = CloseOptions.timeout(limit)
                .withGroupMembershipOperation(
                        staticMember
                                ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                                : CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
        if (!streams.close(options)) {
            LOG.warn("The topology {} did not close within {}", name.label(), limit);
        }
    }
}
