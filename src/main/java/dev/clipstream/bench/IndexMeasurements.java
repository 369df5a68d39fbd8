package dev.clipstream.bench;

import dev.clipstream.bench.Measurements.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The results of the index benchmark. The component names are the JSON.
///
/// @param machine    of the run
/// @param index      the store, such as `vector-sets`
/// @param dimension  of the vectors
/// @param writes     compared with a bare client; null for an index in this process
/// @param sizes      searches by number of media
/// @param http       at the first size
/// @param loaded     while the pipeline is saturated
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

    /// The same media written alternately by the index and a bare client, one batch each.
    ///
    /// @param media          written by each
    /// @param perSecond      media with vector and tags, including version checks and counters
    /// @param barePerSecond  by a bare pipelined client to the same server
    /// @param ratio          of the two
    /// @param bytesPerMedium memory of the server per medium; null if unknown
    /// @param vectorBytes    size of a vector in float32
    public record Writes(
            int media,
            double perSecond,
            double barePerSecond,
            double ratio,
            @Nullable Double bytesPerMedium,
            int vectorBytes) {}

    /// Searches for 10 media in this process.
    ///
    /// @param media     in the index
    /// @param all       over all media
    /// @param filtered  over the one in a hundred with a tag
    /// @param perSecond media written per second up to this size
    public record Size(int media, double perSecond, Lookups all, Lookups filtered) {}

    /// @param p50Millis  of one lookup
    /// @param p99Millis  of one lookup
    /// @param recallAt10 share of the exact ten that are found
    public record Lookups(double p50Millis, double p99Millis, double recallAt10) {}

    /// Searches by a vector over HTTP, alternating with a bare client's query for the same; without the text tower.
    ///
    /// @param p50Millis     over HTTP
    /// @param p99Millis     over HTTP
    /// @param bareP50Millis null for an index in this process
    /// @param bareP99Millis null for an index in this process
    public record Http(
            double p50Millis,
            double p99Millis,
            @Nullable Double bareP50Millis,
            @Nullable Double bareP99Millis) {}

    /// Searches over HTTP by texts that are not cached.
    ///
    /// @param idleP50Millis without other load
    /// @param idleP99Millis without other load
    /// @param p50Millis     while the pipeline processes a backlog
    /// @param p99Millis     while the pipeline processes a backlog
    /// @param lookups       under load
    public record Loaded(double idleP50Millis, double idleP99Millis, double p50Millis, double p99Millis, int lookups) {}

    /// The delay until uploads are found.
    ///
    /// @param eventsPerSecond rate of uploads
    /// @param p50Millis       from an upload's scheduled time to its being found in the index
    /// @param p99Millis       from an upload's scheduled time to its being found in the index
    public record Searchable(double eventsPerSecond, double p50Millis, double p99Millis) {}
}
