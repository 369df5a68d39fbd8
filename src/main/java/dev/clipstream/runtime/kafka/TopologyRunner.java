package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.kafka.group.GroupCheck;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.async.HeldOffsetsClientSupplier;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Kafka Streams client of a topology.
///
/// A failing environment (a lost device, a full disk, a fenced producer that does not recover) stops the client and
/// completes [#failure()]. No record in flight is committed then. So does a stall that lasts, see [StallWatch].
final class TopologyRunner implements RunningTopology {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyRunner.class);

    /// Calls that hang are broken off after each part of the time that a close may take.
    private static final Duration PART_OF_CLOSE = Duration.ofSeconds(1);

    private final TopologyName name;
    private final KafkaStreams streams;
    private final HeldOffsetsClientSupplier clients;
    private final GroupCheck groups;
    private final StreamsConfig configuration;
    private final TopicsNow topics;
    private final boolean staticMember;
    private final AtomicBoolean joined = new AtomicBoolean();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final KafkaStreamsMetrics meters;
    private final StallWatch watch;
    private volatile boolean closing;

    /// @param groups       check of the groups that it has to agree with
    /// @param stallTimeout see [StallWatch]
    /// @param admin        properties of an admin client
    /// @param registry     keeps the meters of the client until it is closed
    TopologyRunner(
            TopologyName name,
            Topology topology,
            StreamsConfig configuration,
            GroupCheck groups,
            HeldOffsetsClientSupplier clients,
            boolean staticMember,
            Duration stallTimeout,
            Map<String, Object> admin,
            MeterRegistry registry) {
        this.name = name;
        this.staticMember = staticMember;
        this.groups = groups;
        this.configuration = configuration;
        this.topics = new TopicsNow(admin, topics(topology.describe()));
        this.clients = clients;
        this.streams = new KafkaStreams(topology, configuration, clients);
        streams.setUncaughtExceptionHandler(thrown -> {
            fail(thrown);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            LOG.info("The topology {} is {}", name.label(), now);
            if (now == KafkaStreams.State.ERROR) {
                ended();
            }
            if (now == KafkaStreams.State.RUNNING && !joined.getAndSet(true)) {
                Thread.ofVirtual().name("group-check").start(this::checkGroups);
            }
        });
        this.watch = new StallWatch(name, clients.stall(), stallTimeout, topics, this::fail);
        this.meters = new KafkaStreamsMetrics(streams, List.of(Tag.of("topology", name.label())));
        meters.bindTo(registry);
    }

    /// The state ERROR follows a failure that was reported before.
    private void ended() {
        if (!closing) {
            failure.complete(new StartException("The topology " + name.label() + " ended in the state ERROR"));
        }
    }

    private void fail(Throwable thrown) {
        if (closing) { // no failure of the instance, which closes anyway
            LOG.warn("The topology {} did not finish: {}", name.label(), thrown.getMessage());
            return;
        }
        StartException refused = thrown instanceof StartException known ? known : refusal(thrown);
        if (refused == null) {
            LOG.error(
                    "The topology {} stops. Records in flight are not committed and are processed again",
                    name.label(),
                    thrown);
            failure.complete(thrown);
        } else {
            LOG.error("The topology {} stops: {}", name.label(), refused.getMessage());
            failure.complete(refused);
        }
    }

    /// Returns why the brokers refused this instance; null: they did not.
    private @Nullable StartException refusal(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InconsistentGroupProtocolException) {
                return groups.refusal();
            }
            if (cause instanceof MissingSourceTopicException) {
                return new StartException("The topology " + name.label() + ": Expected its topics, found that "
                        + faults() + ". Create them again, and start the service again");
            }
        }
        return KafkaFailures.refusal(thrown, configuration.originals(), "kafka.")
                .map(sentence -> new StartException("The topology " + name.label() + ": " + sentence))
                .orElse(null);
    }

    private String faults() {
        try {
            return topics.faults()
                    .filter(faults -> !faults.isEmpty())
                    .map(faults -> String.join(", ", faults))
                    .orElse("one that it reads was deleted");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "one that it reads was deleted";
        }
    }

    /// Finds instances that started at the same time.
    private void checkGroups() {
        try {
            groups.afterJoin();
        } catch (StartException e) {
            fail(e);
        } catch (KafkaException e) {
            LOG.debug("Cannot check the consumer groups", e);
        }
    }

    private static Set<String> topics(TopologyDescription described) {
        Set<String> topics = new TreeSet<>();
        for (TopologyDescription.Subtopology part : described.subtopologies()) {
            for (TopologyDescription.Node node : part.nodes()) {
                if (node instanceof TopologyDescription.Source source) {
                    topics.addAll(source.topicSet());
                } else if (node instanceof TopologyDescription.Sink sink) {
                    topics.add(sink.topic());
                }
            }
        }
        return topics;
    }

    @Override
    public void start() throws StartException {
        groups.beforeJoin();
        streams.start();
        watch.start();
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
        return isRunning() && watch.found().isEmpty();
    }

    @Override
    public boolean isDown() {
        return !isRunning() && !streams.state().isRunningOrRebalancing();
    }

    @Override
    public String state() {
        return watch.found().isPresent() ? "STALLED" : streams.state().name();
    }

    @Override
    public Optional<String> problem() {
        return watch.found();
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
        closing = true;
        watch.close();
        if (!closed(limit)) {
            LOG.warn("The topology {} did not close within {}", name.label(), limit);
        }
        meters.close();
    }

    private boolean closed(Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (true) {
            clients.breakOff();
            Duration left = Duration.ofNanos(Math.max(deadlineNanos - System.nanoTime(), 0));
            boolean last = left.compareTo(PART_OF_CLOSE) <= 0;
            CloseOptions options = CloseOptions.timeout(last ? left : PART_OF_CLOSE)
                    .withGroupMembershipOperation(
                            staticMember
                                    ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                                    : CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
            if (streams.close(options)) {
                return true;
            }
            if (last) {
                return false;
            }
        }
    }
}
