package dev.clipstream.bench;

import dev.clipstream.clip.ImageSession;
import dev.clipstream.runtime.pipeline.Pipeline;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/// A complete pipeline with accessible meters at an external broker. Used by one thread.
public final class PipelineUnderTest implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final SimpleMeterRegistry meters;
    private final Pipeline pipeline;
    private final BenchStream stream;
    private final BatchLog batches;

    private PipelineUnderTest(SimpleMeterRegistry meters, Pipeline pipeline, BenchStream stream, BatchLog batches) {
        this.meters = meters;
        this.pipeline = pipeline;
        this.stream = stream;
        this.batches = batches;
    }

    /// Starts a pipeline, and waits until it runs.
    ///
    /// @param settings full names and values; the broker's address is added
    /// @param broker   whose topics nothing else uses
    /// @param devices  wraps the sessions of the model's devices
    /// @throws StartException if the pipeline does not start
    public static PipelineUnderTest start(
            Map<String, String> settings, BrokerProcess broker, UnaryOperator<ImageSession> devices)
            throws StartException {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Backlog backlog = new Backlog();
        BatchLog batches = new BatchLog();
        Pipeline pipeline = Pipeline.create(
                Settings.of(all),
                meters,
                Clock.systemUTC(),
                device -> new ObservedDevice(devices.apply(device), backlog, batches));
        try {
            pipeline.start();
            awaitRunning(pipeline);
            BenchStream stream = new BenchStream(
                    broker.bootstrapServers(), broker.largestRecord(), Clock.systemUTC(), backlog, pipeline.failure());
            return new PipelineUnderTest(meters, pipeline, stream, batches);
        } catch (StartException | RuntimeException e) {
            pipeline.close();
            throw e;
        }
    }

    private static void awaitRunning(Pipeline pipeline) throws StartException {
        long deadlineNanos = System.nanoTime() + START.toNanos();
        while (!pipeline.isRunning()) {
            if (System.nanoTime() > deadlineNanos || pipeline.failure().isDone()) {
                throw new StartException(
                        "Expected the pipeline to run within " + START.toSeconds() + " s, found that it does not");
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    /// Returns the pipeline.
    public Pipeline pipeline() {
        return pipeline;
    }

    /// Returns the producer and the consumer.
    public BenchStream stream() {
        return stream;
    }

    /// Returns the meters of the pipeline.
    public MeterRegistry meters() {
        return meters;
    }

    /// Clears the recorded batches.
    void forgetBatches() {
        batches.clear();
    }

    /// Returns the batches since [#forgetBatches()].
    Measurements.Batches batches() {
        return batches.read(pipeline.maxBatch());
    }

    /// Number of passages through a stage and their total time.
    private record Passed(long count, double millis) {}

    /// The meters at one moment.
    record Reading(Map<String, Passed> stages) {

        /// Returns the mean milliseconds of an image by stage.
        Map<String, Double> stageMillisSince(Reading before) {
            Map<String, Double> means = new LinkedHashMap<>();
            stages.forEach((stage, now) -> {
                Passed then = before.stages.getOrDefault(stage, new Passed(0, 0));
                if (now.count() > then.count()) {
                    means.put(stage, (now.millis() - then.millis()) / (now.count() - then.count()));
                }
            });
            return means;
        }
    }

    /// Reads the times of the embedding topology's stages.
    Reading read() {
        Map<String, Passed> stages = new LinkedHashMap<>();
        for (String stage : List.of("fetch", "decode", "embed", "held")) {
            Timer timer = meters.find("clipstream.stage")
                    .tags("topology", "embedding", "stage", stage)
                    .timer();
            if (timer != null) {
                stages.put(stage, new Passed(timer.count(), timer.totalTime(TimeUnit.MILLISECONDS)));
            }
        }
        return new Reading(stages);
    }

    @Override
    public void close() {
        stream.close();
        pipeline.close();
    }
}
