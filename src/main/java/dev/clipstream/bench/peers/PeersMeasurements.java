package dev.clipstream.bench.peers;

import dev.clipstream.bench.Measurements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The results of the benchmark beside peers. The component names are the JSON.
///
/// @param machine of the run
/// @param model   folder of the bundle
/// @param images  the images, in words
/// @param batch   images in a batch
/// @param rounds  in which all contenders took turns
/// @param rows    the contenders that ran
/// @param absent  the contenders that did not
public record PeersMeasurements(
        Measurements.Machine machine,
        String model,
        String images,
        int batch,
        int rounds,
        List<Row> rows,
        List<Absent> absent) {
    /// Name of Clipstream's whole pipeline.
    static final String PIPELINE = "Clipstream: Kafka, vectors, tags";

    /// A contender that ran.
    ///
    /// @param name              of the contender
    /// @param weights           of the model
    /// @param version           of the software
    /// @param picturesPerSecond over all rounds
    /// @param least             of a round
    /// @param most              of a round
    /// @param toLoop            images per second, as a multiple of the bare ONNX Runtime loop in Python with fp32
    ///                          weights; null without it
    /// @param cpuMillis         processor time of an image, the broker's included
    /// @param peakBytes         peak resident memory of the process, without the broker
    public record Row(
            String name,
            String weights,
            String version,
            double picturesPerSecond,
            double least,
            double most,
            @Nullable Double toLoop,
            double cpuMillis,
            long peakBytes) {
        /// Returns whether this is Clipstream's whole pipeline.
        public boolean ours() {
            return name.equals(PIPELINE);
        }
    }

    /// A contender that did not run.
    ///
    /// @param name   of the contender
    /// @param reason and what to do
    public record Absent(String name, String reason) {}
}
