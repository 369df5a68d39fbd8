package dev.clipstream.bench.neighbours;

import dev.clipstream.bench.Measurements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The results of the benchmark of neighbours. The component names are the JSON. A component is null if its scenario
/// was not measured.
///
/// @param machine         of the run
/// @param load            mean number of threads of the machine that ran or waited for a processor, in the last minute
///                        before the run; negative if the system does not say
/// @param model           the model's id
/// @param device          the model's, or the no-op device
/// @param rounds          how often each scenario was measured, in alternation with quiet runs
/// @param eventsPerSecond rate of the images whose latency is measured
/// @param quiet           the latency without neighbours
/// @param silent          behind URIs whose server accepts and never answers
/// @param giants          behind large images
/// @param deadLinks       throughput
/// @param backfill        small images while a back-fill has more events than the device can take
/// @param metadata        cost of the commits' metadata without neighbours
public record NeighboursMeasurements(
        Measurements.Machine machine,
        double load,
        String model,
        String device,
        int rounds,
        double eventsPerSecond,
        @Nullable Latency quiet,
        @Nullable Beside silent,
        @Nullable Beside giants,
        @Nullable DeadLinks deadLinks,
        @Nullable Backfill backfill,
        @Nullable Metadata metadata) {

    /// A limit of a figure.
    ///
    /// @param bound `at most` or `at least`
    /// @param met   whether the figure's median keeps it
    public record Target(String bound, double limit, boolean met) {}

    /// A figure of several rounds.
    ///
    /// @param target null without one
    public record Figure(
            double median,
            double least,
            double most,
            @Nullable Target target) {
        /// @param rounds at least one
        static Figure of(List<Double> rounds) {
            List<Double> sorted = rounds.stream().sorted().toList();
            double median = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
            return new Figure(median, sorted.getFirst(), sorted.getLast(), null);
        }

        Figure atMost(double limit) {
            return new Figure(median, least, most, new Target("at most", limit, median <= limit));
        }

        Figure atLeast(double limit) {
            return new Figure(median, least, most, new Target("at least", limit, median >= limit));
        }
    }

    /// Latencies of all rounds together, from an event's scheduled time to reading (read_committed) the result.
    public record Latency(double vectorP50Millis, double vectorP99Millis, double tagsP50Millis, double tagsP99Millis) {}

    /// The latency of small images behind others.
    ///
    /// @param ahead    number of events ahead of them, in all partitions together
    /// @param latency  of the small images
    /// @param p50Ratio to the quiet run of the same round, of vectors
    /// @param p99Ratio to the quiet run of the same round, of vectors
    public record Beside(int ahead, Latency latency, Figure p50Ratio, Figure p99Ratio) {}

    /// Events with URIs as fast as possible, without and with dead links among them, in pairs.
    ///
    /// @param events          of each run
    /// @param dead            of them, in the runs with dead links
    /// @param perSecond       images a second in the runs without dead links, until the last tags
    /// @param besidePerSecond sound images a second in the runs with dead links, until the last tags
    /// @param ratio           of events a second that are answered before the last tags, rejections included, by pair
    /// @param soundRatio      of sound images a second, by pair. One event in ten has no image, so 0.9 is as fast
    /// @param commits         of the runs with dead links; null if the pipeline does not report them
    public record DeadLinks(
            int events,
            int dead,
            double perSecond,
            double besidePerSecond,
            Figure ratio,
            Figure soundRatio,
            @Nullable Commits commits) {}

    /// Small images on `media.uploaded` while the device is busy with events of `media.backfill`.
    ///
    /// @param events          of each back-fill
    /// @param batchMillis     mean duration of a batch
    /// @param quiet           the latency with the same device and without a back-fill
    /// @param latency         of the small images while a back-fill runs
    /// @param p50Ratio        to the quiet run of the same round, of vectors
    /// @param p99Ratio        to the quiet run of the same round, of vectors
    /// @param p50Batches      how much later vectors are at p50 than in the quiet run of the same round, in batches
    /// @param p99Batches      how much later vectors are at p99 than in the quiet run of the same round, in batches
    /// @param perSecond       images of the back-fill a second without live ones
    /// @param besidePerSecond images of the back-fill a second beside live ones
    public record Backfill(
            int events,
            double batchMillis,
            Latency quiet,
            Latency latency,
            Figure p50Ratio,
            Figure p99Ratio,
            Figure p50Batches,
            Figure p99Batches,
            double perSecond,
            double besidePerSecond) {}

    /// The metadata of the embedding topology's commits.
    ///
    /// @param count          commits of a partition with metadata
    /// @param encodingShare  of the stream threads' time that encoding took
    /// @param meanCharacters per commit of a partition
    /// @param mostCharacters per commit of a partition
    public record Commits(long count, Figure encodingShare, double meanCharacters, double mostCharacters) {
        Commits withTarget(double mostEncoding) {
            return new Commits(count, encodingShare.atMost(mostEncoding), meanCharacters, mostCharacters);
        }
    }

    /// The cost of metadata for inline 224×224 JPEGs as fast as possible.
    ///
    /// @param events          of each run
    /// @param eventsPerSecond of the pipeline
    /// @param commits         null if the pipeline does not report them
    public record Metadata(
            int events, double eventsPerSecond, @Nullable Commits commits) {}
}
