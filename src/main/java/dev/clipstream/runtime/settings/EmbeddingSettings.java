package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import dev.clipstream.image.DecodeMode;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The embedding topology.
public record EmbeddingSettings(
        @Description("How JPEGs are decoded: fast (smallest sufficient DCT scale) or exact (every pixel).")
        @DefaultValue("fast")
        DecodeMode decode,

        @Description("Most pictures in a batch; 0: 8 on a CPU, 64 on a GPU.") @DefaultValue("0")
        int batch,

        @Description("How long the oldest picture waits for its batch to fill.") @DefaultValue("5ms")
        Duration linger,

        @Description(
                "Most events in flight a partition, at least 4; 0: four batches, or two for each that runs at once.")
        @DefaultValue("0")
        int window,

        @Description("Threads that decode; 0: as many as cores.") @DefaultValue("0")
        int decodeThreads,

        @Description("Stream threads; 1 or 2 suffice, the work is done elsewhere.") @DefaultValue("1")
        int streamThreads,

        @Description(
                "How long a picture may take once its bytes are there, if others go past it, before it is rejected as stuck; at least three times fetch.timeout.")
        @DefaultValue("60s")
        Duration headTimeout,

        @Description("Most bytes of an encoded picture; a fetch needs twice as many, which half of the heap must hold.")
        @DefaultValue("33554432")
        long maxBytes,

        @Description("Most pixels of a picture, width times height. All decoding at once takes at most half of the"
                + " heap.")
        @DefaultValue("100000000")
        long maxPixels,

        @Description(
                "Most bytes of events in flight a partition; a single larger one is let in alone. All partitions of an instance together are paused at an eighth of the heap.")
        @DefaultValue("67108864")
        long windowBytes) {
    public EmbeddingSettings {
        require(batch >= 0, "embedding.batch", "at least 0", batch);
        require(window == 0 || window >= 4, "embedding.window", "0 or at least 4", window);
        require(decodeThreads >= 0, "embedding.decode-threads", "at least 0", decodeThreads);
        require(streamThreads >= 1, "embedding.stream-threads", "at least 1", streamThreads);
        require(linger.toNanos() >= 0, "embedding.linger", "at least 0", linger);
        require(headTimeout.isPositive(), "embedding.head-timeout", "above 0", headTimeout);
        require(maxBytes >= 1, "embedding.max-bytes", "at least 1", maxBytes);
        require(maxPixels >= 1, "embedding.max-pixels", "at least 1", maxPixels);
        require(windowBytes >= 1, "embedding.window-bytes", "at least 1", windowBytes);
    }
}
