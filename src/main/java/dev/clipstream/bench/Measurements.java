package dev.clipstream.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The results of the pipeline benchmark. The component names are the JSON.
///
/// @param machine of the run
/// @param model   the model's id and the throughput of its bare session
/// @param limited the pipeline when the model is the bottleneck
/// @param unbound the pipeline with a no-op device
/// @param latency at a fixed rate of events
/// @param memory  of the whole process including the benchmark; the broker is a process of its own
public record Measurements(
        Machine machine,
        Session model,
        Limited limited,
        Unbound unbound,
        Latency latency,
        @Nullable Memory memory) {

    /// The machine.
    ///
    /// @param cores number of processors
    /// @param java  version of the JVM
    /// @param os    system and architecture
    public record Machine(int cores, String java, String os) {
        /// Returns this machine.
        public static Machine here() {
            return new Machine(
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("java.version"),
                    System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        }
    }

    /// The bare model on prepared tensors: pixels are already normalized, and embeddings are not read.
    ///
    /// @param id                of the model
    /// @param device            it ran on
    /// @param picturesPerSecond throughput by batch size, up to twice the pipeline's own or the device's memory
    /// @param bestBatch         batch size with the highest throughput
    /// @param batchesAtOnce     number of concurrent batches on a CPU: as many as threads, or one, whichever is
    ///                          faster
    public record Session(
            String id, String device, Map<Integer, Double> picturesPerSecond, int bestBatch, int batchesAtOnce) {
        double best() {
            return picturesPerSecond.getOrDefault(bestBatch, 0.0);
        }
    }

    /// The successful runs of the model.
    ///
    /// @param max           maximum number of images per run, as the pipeline is set
    /// @param runs          number of runs
    /// @param pictures      total number of images
    /// @param mean          images per run
    /// @param runsUnderLoad runs that began while the broker held at least four full batches that no run had taken
    ///                      yet: all but the first and the last ones of a segment
    /// @param meanUnderLoad images per run under load; 0 if there were none
    public record Batches(int max, int runs, int pictures, double mean, int runsUnderLoad, double meanUnderLoad) {}

    /// Alternating segments of the raw session and the pipeline, from Kafka in to tags out.
    ///
    /// @param pictures          images through the pipeline, all of them tagged
    /// @param picturesPerSecond of the pipeline, from the first event sent to the last tag read
    /// @param sessionPerSecond  of the raw session at its best batch size, in the segments between
    /// @param ratio             of the two
    /// @param ratios            of each pair of segments: min, median, max
    /// @param batches           of the pipeline
    /// @param cpuSeconds        of the pipeline by group of threads, and of the broker
    /// @param sessionCpuSeconds of as many images through the raw session
    public record Limited(
            int pictures,
            double picturesPerSecond,
            double sessionPerSecond,
            double ratio,
            List<Double> ratios,
            Batches batches,
            Map<String, Double> cpuSeconds,
            double sessionCpuSeconds) {}

    /// Inline 224×224 JPEGs with a no-op device and the same settings.
    ///
    /// @param events          through the pipeline, all of them tagged
    /// @param eventsPerSecond of the pipeline
    /// @param batches         of the pipeline
    /// @param cpuSeconds      by group of threads
    /// @param stageMillis     mean time of an image in each stage, including waiting
    public record Unbound(
            int events,
            double eventsPerSecond,
            Batches batches,
            Map<String, Double> cpuSeconds,
            Map<String, Double> stageMillis) {}

    /// The latency at a fixed rate.
    ///
    /// @param device          the model's, or the no-op device if the model cannot keep up
    /// @param eventsPerSecond the rate
    /// @param p50Millis       from an event's scheduled time to the reading of its tags (read_committed)
    /// @param p99Millis       from an event's scheduled time to the reading of its tags (read_committed)
    public record Latency(String device, double eventsPerSecond, double p50Millis, double p99Millis) {}

    /// The memory of the process.
    ///
    /// @param weightsBytes      size of the model's files
    /// @param peakResidentBytes of the process without the broker, after one segment of images under full load
    public record Memory(long weightsBytes, long peakResidentBytes) {}
}
