package dev.clipstream.topology.embedding;

/// How much an [EmbeddingPipeline] does at once.
///
/// @param fetches        most pictures that are fetched at once, at least 1: they bound the pictures a second by
///                       fetches / time of a fetch; memory has a bound of its own
/// @param fetchesPerHost most of them from one host, at least 1
/// @param decodeThreads  platform threads that decode, at least 1; on a machine without a GPU they share the cores
///                       with the model
public record PipelineSettings(int fetches, int fetchesPerHost, int decodeThreads) {

    public PipelineSettings {
        if (fetches < 1 || fetchesPerHost < 1 || decodeThreads < 1) {
            throw new IllegalArgumentException("At least 1 fetch, 1 a host and 1 decode thread were expected, found "
                    + fetches + ", " + fetchesPerHost + " and " + decodeThreads);
        }
    }
}
