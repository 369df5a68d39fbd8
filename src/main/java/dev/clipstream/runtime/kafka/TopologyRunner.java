package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.async.HeldOffsetsClientSupplier;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Kafka Streams client of a topology.
///
/// A failing environment (a lost device, a full disk, a fenced producer that does not recover) stops the client and
/// completes [#failure()]. No record in flight is committed then.
final class TopologyRunner implements RunningTopology {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyRunner.class);

    private final TopologyName name;
    private final KafkaStreams streams;
    private final HeldOffsetsClientSupplier clients;
    private final boolean staticMember;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final KafkaStreamsMetrics meters;

    /// @param registry keeps the meters of the client until it is closed
    TopologyRunner(
            TopologyName name,
            Topology topology,
            StreamsConfig configuration,
            boolean staticMember,
            MeterRegistry registry) {
        this.name = name;
        this.staticMember = staticMember;
        this.clients = new HeldOffsetsClientSupplier();
        this.streams = new KafkaStreams(topology, configuration, clients);
        streams.setUncaughtExceptionHandler(thrown -> {
            LOG.error(
                    "The topology {} stops. Records in flight are not committed and are processed again",
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
        this.meters = new KafkaStreamsMetrics(streams, List.of(Tag.of("topology", name.label())));
        meters.bindTo(registry);
    }

    @Override
    public void start() {
        streams.start();
    }

    @Override
    public TopologyName name() {
        return name;
    }

    @Override
    public boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    @Override
    public boolean isReady() {
        return isRunning();
    }

    @Override
    public boolean isDown() {
        return !isRunning() && !streams.state().isRunningOrRebalancing();
    }

    @Override
    public String state() {
        return streams.state().name();
    }

    @Override
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    @Override
    public boolean drain(Duration limit) {
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

    /// Leaves the group at once, unless this instance is a static member, which is expected to return.
    @Override
    public void close(Duration limit) {
        CloseOptions options = CloseOptions.timeout(limit)
                .withGroupMembershipOperation(
                        staticMember
                                ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                                : CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
        if (!streams.close(options)) {
            LOG.warn("The topology {} did not close within {}", name.label(), limit);
        }
        meters.close();
    }
}
