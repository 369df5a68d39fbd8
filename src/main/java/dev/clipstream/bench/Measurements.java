package dev.clipstream.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one run of the benchmark found; its JSON is the component names.
///
/// @param machine  where
/// @param model    the model's id and what its session gives
/// @param limited  the pipeline where the model is the limit
/// @param unbound  the pipeline where the device is a no-op
/// @param latency  at a fixed rate of events
/// @param memory   of the whole process, benchmark included; the broker has its own
public record Measurements(
        Machine machine,
        Session model,
        Limited limited,
        Unbound unbound,
        Latency latency,
        @Nullable Memory memory) {

    /// @param cores processors
    /// @param java  the JVM's version
    /// @param os    system and architecture
    public record Machine(int cores, String java, String os) {
        static Machine here() {
            return new Machine(
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("java.version"),
                    System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        }
    }

    /// The bare model on tensors that are ready: pixels normalised before, vectors not read.
    ///
    /// @param id                the model
    /// @param device            where it ran
    /// @param picturesPerSecond by batch size, to twice the pipeline's own or as far as the device's memory goes
    /// @param bestBatch         the batch size of the most
    /// @param batchesAtOnce     how many batches ran side by side on a CPU's threads: as many as threads or one,
    ///                          whichever gave more
    public record Session(
            String id, String device, Map<Integer, Double> picturesPerSecond, int bestBatch, int batchesAtOnce) {
        double best() {
            return picturesPerSecond.getOrDefault(bestBatch, 0.0);
        }
    }

    /// Runs of the model that succeeded.
    ///
    /// @param max           most pictures of a run, as the pipeline is set
    /// @param runs          how many
    /// @param pictures      of them all
    /// @param mean          pictures a run, over all
    /// @param runsUnderLoad those that began while the broker had pictures for four full batches that no run had
    ///                      yet: all but the first and the last of a segment
    /// @param meanUnderLoad pictures a run, over these; 0: there were none
    public record Batches(int max, int runs, int pictures, double mean, int runsUnderLoad, double meanUnderLoad) {}

    /// Interleaved segments of raw session and pipeline, Kafka in to tags out.
    ///
    /// @param pictures          through the pipeline, all of them tagged
    /// @param picturesPerSecond through the pipeline, from the first event sent to the last tag read
    /// @param sessionPerSecond  the raw session's, at its best batch, in the segments between
    /// @param ratio             of the two
    /// @param ratios            of each pair of segments: min, median, max
    /// @param batches           of the pipeline
    /// @param cpuSeconds        of the pipeline by group of threads, and of the broker: where the time goes
    /// @param sessionCpuSeconds of as many pictures through the raw session
    public record Limited(
            int pictures,
            double picturesPerSecond,
            double sessionPerSecond,
            double ratio,
            List<Double> ratios,
            Batches batches,
            Map<String, Double> cpuSeconds,
            double sessionCpuSeconds) {}

    /// Inline 224×224 JPEGs with a no-op device, the pipeline set as before.
    ///
    /// @param events          through the pipeline, all of them tagged
    /// @param eventsPerSecond through the pipeline
    /// @param batches         of the pipeline
    /// @param cpuSeconds      by group of threads: where the time goes
    /// @param stageMillis     mean time of a picture in each stage, waiting included
    public record Unbound(
            int events,
            double eventsPerSecond,
            Batches batches,
            Map<String, Double> cpuSeconds,
            Map<String, Double> stageMillis) {}

    /// @param device          the model's, or the no-op where the model cannot keep up
    /// @param eventsPerSecond the rate
    /// @param p50Millis       from the moment that the event was due to reading its tags (read_committed)
    /// @param p99Millis       the same
    public record Latency(String device, double eventsPerSecond, double p50Millis, double p99Millis) {}

    /// @param weightsBytes      of the model's files
    /// @param peakResidentBytes of the process without the broker, after one segment of pictures under full load
    public record Memory(long weightsBytes, long peakResidentBytes) {}
}
