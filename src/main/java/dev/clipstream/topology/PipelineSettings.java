package dev.clipstream.topology;

/// How much an [EmbeddingPipeline] does at once.
///
/// @param fetches       most pictures that are fetched, or wait fetched for a decoder, at least 1: they bound the
///                      memory of encoded pictures, and the pictures a second by fetches / time of a fetch
/// @param decodeThreads platform threads that decode, at least 1; on a machine without a GPU they share the cores
///                      with the model
public record PipelineSettings(int fetches, int decodeThreads) {

    public PipelineSettings {
        if (fetches < 1 || decodeThreads < 1) {
            throw new IllegalArgumentException(
                    "At least 1 fetch and 1 decode thread were expected, found " + fetches + " and " + decodeThreads);
        }
    }
}
