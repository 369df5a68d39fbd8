package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import dev.clipstream.image.DecodeMode;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The topology `embedding`: batches, records in flight and limits of images.
public record EmbeddingSettings(
        @Description("JPEG decoding: fast (the smallest sufficient DCT scale) or exact (every pixel).")
        @DefaultValue("fast")
        DecodeMode decode,

        @Description("Maximum number of images in a batch; 0: 8 on a CPU, 64 on a GPU.") @DefaultValue("0")
        int batch,

        @Description("How long the oldest image waits for its batch to fill while others are fetched or decoded.")
        @DefaultValue("5ms")
        Duration linger,

        @Description("Maximum number of events of a partition that are decoded and embedded at the same time, at "
                + "least 4; 0: four batches, or two for each batch that runs at the same time if that is more. Events "
                + "that wait for a fetch do not count.")
        @DefaultValue("0")
        int window,

        @Description("Threads that decode images; 0: one per core.") @DefaultValue("0")
        int decodeThreads,

        @Description("Stream threads, at least 1. One or two are enough, because other threads do the work.")
        @DefaultValue("1")
        int streamThreads,

        @Description("How long an image may take after its bytes have arrived while later images overtake it. "
                + "After that it is rejected as stuck. At least three times fetch.timeout.")
        @DefaultValue("60s")
        Duration headTimeout,

        @Description("Maximum size of an encoded image in bytes. A fetch needs twice as much memory, which "
                + "must fit into half of the heap.")
        @DefaultValue("33554432")
        long maxBytes,

        @Description("Maximum number of pixels of an image (width times height). All images that are decoded "
                + "at the same time use at most half of the heap.")
        @DefaultValue("100000000")
        long maxPixels,

        @Description("Maximum bytes of events in flight per partition; a larger event is accepted when it is "
                + "alone. All partitions of an instance together pause at an eighth of the heap.")
        @DefaultValue("67108864")
        long windowBytes,

        @Description(
                "Whether to find out where in the image each tag is (field regions of media.tagged). Each image is "
                        + "embedded 49 more times with a part of it covered, after the images that wait, and is written when "
                        + "that is done; its record grows by 98 bytes for each value of a vector.")
        @DefaultValue("false")
        boolean regions) {
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
