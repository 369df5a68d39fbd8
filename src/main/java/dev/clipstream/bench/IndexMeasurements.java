package dev.clipstream.bench;

import dev.clipstream.bench.Measurements.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one run of the index's benchmark found; its JSON is the component names.
///
/// @param machine    where
/// @param index      what keeps it, such as `vector-sets`
/// @param dimension  values of a vector
/// @param writes     against a bare client; null: the index is in this process
/// @param sizes      lookups, by how many media there are
/// @param http       at the first size
/// @param loaded     while the pipeline has all the work it can do
/// @param searchable from upload to found
public record IndexMeasurements(
        Machine machine,
        String index,
        int dimension,
        @Nullable Writes writes,
        List<Size> sizes,
        Http http,
        Loaded loaded,
        Searchable searchable) {

    /// The same media written by turns, a batch each.
    ///
    /// @param media            as many by each
    /// @param perSecond        media with vector and tags, versions compared, counts kept
    /// @param barePerSecond    by a bare pipelined client into the same server
    /// @param ratio            of the two
    /// @param bytesPerMedium   that the server needs for a medium; null: not told
    /// @param vectorBytes      a vector's own size in float32
    public record Writes(
            int media,
            double perSecond,
            double barePerSecond,
            double ratio,
            @Nullable Double bytesPerMedium,
            int vectorBytes) {}

    /// Lookups of 10 in this process.
    ///
    /// @param media     in the index
    /// @param all       of every medium
    /// @param filtered  of the hundredth part that has a tag
    /// @param perSecond media written until this size was reached
    public record Size(int media, double perSecond, Lookups all, Lookups filtered) {}

    /// @param p50Millis  of one lookup
    /// @param p99Millis  of one lookup
    /// @param recallAt10 share of the exact ten that are found
    public record Lookups(double p50Millis, double p99Millis, double recallAt10) {}

    /// Lookups by a vector over HTTP and a bare client's query for the same, by turns; the text tower is not asked.
    ///
    /// @param p50Millis     over HTTP
    /// @param p99Millis     over HTTP
    /// @param bareP50Millis null: the index is in this process
    /// @param bareP99Millis null: the index is in this process
    public record Http(
            double p50Millis,
            double p99Millis,
            @Nullable Double bareP50Millis,
            @Nullable Double bareP99Millis) {}

    /// Lookups by texts that were never asked before, over HTTP.
    ///
    /// @param idleP50Millis nothing else happens
    /// @param idleP99Millis nothing else happens
    /// @param p50Millis     the pipeline works through a backlog
    /// @param p99Millis     the pipeline works through a backlog
    /// @param lookups       under load
    public record Loaded(double idleP50Millis, double idleP99Millis, double p50Millis, double p99Millis, int lookups) {}

    /// @param eventsPerSecond the rate of uploads
    /// @param p50Millis       from the moment that the upload was due to its being found in the index
    /// @param p99Millis       the same
    public record Searchable(double eventsPerSecond, double p50Millis, double p99Millis) {}
}
