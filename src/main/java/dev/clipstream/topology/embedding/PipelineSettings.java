package dev.clipstream.topology.embedding;

import dev.clipstream.image.Preprocessing;
import java.util.Optional;

/// The concurrency of an [EmbeddingPipeline].
///
/// @param fetches        maximum concurrent fetches, at least 1. They limit the images per second to fetches /
///                       time of a fetch; memory has a limit of its own
/// @param fetchesPerHost maximum concurrent fetches from one host, at least 1
/// @param decodeThreads  platform threads that decode, at least 1. On a machine without a GPU they share the cores
///                       with the model
/// @param regions        what the model requires, if each image is embedded with its parts covered, too, see
///                       [dev.clipstream.region.Occlusion], which takes 49 more images of the model's time for each.
///                       Empty: no regions are wanted
public record PipelineSettings(int fetches, int fetchesPerHost, int decodeThreads, Optional<Preprocessing> regions) {

    /// Settings without regions.
    public PipelineSettings(int fetches, int fetchesPerHost, int decodeThreads) {
        this(fetches, fetchesPerHost, decodeThreads, Optional.empty());
    }

    public PipelineSettings {
        if (fetches < 1 || fetchesPerHost < 1 || decodeThreads < 1) {
            throw new IllegalArgumentException("Expected at least 1 fetch, 1 fetch per host and 1 decode thread, found "
                    + fetches + ", " + fetchesPerHost + " and " + decodeThreads);
        }
    }
}
