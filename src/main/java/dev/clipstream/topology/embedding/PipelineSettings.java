package dev.clipstream.topology.embedding;

/// The concurrency of an [EmbeddingPipeline].
///
/// @param fetches        maximum concurrent fetches, at least 1. They limit the images per second to fetches /
///                       time of a fetch; memory has a limit of its own
/// @param fetchesPerHost maximum concurrent fetches from one host, at least 1
/// @param decodeThreads  platform threads that decode, at least 1. On a machine without a GPU they share the cores
///                       with the model
public record PipelineSettings(int fetches, int fetchesPerHost, int decodeThreads) {

    public PipelineSettings {
        if (fetches < 1 || fetchesPerHost < 1 || decodeThreads < 1) {
            throw new IllegalArgumentException("Expected at least 1 fetch, 1 fetch per host and 1 decode thread, found "
                    + fetches + ", " + fetchesPerHost + " and " + decodeThreads);
        }
    }
}
