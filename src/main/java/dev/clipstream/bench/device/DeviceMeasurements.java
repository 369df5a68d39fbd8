package dev.clipstream.bench.device;

import dev.clipstream.bench.EndToEnd;
import dev.clipstream.bench.Measurements;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The results of the device benchmark. The component names are the JSON.
///
/// @param machine     of the run
/// @param hardware    as the user names it; may be empty
/// @param model       the model's id
/// @param ways        the ways to run the model
/// @param decoding    of 640×480 JPEGs, without the model
/// @param endToEnd    the pipeline with the fastest way that a setting can choose
/// @param endToEndWay its name
public record DeviceMeasurements(
        Measurements.Machine machine,
        String hardware,
        String model,
        List<Way> ways,
        Decoding decoding,
        EndToEnd endToEnd,
        String endToEndWay) {

    /// One way to run the model: a device, weights and options.
    ///
    /// @param name    such as `cuda:0 fp16`
    /// @param alone   empty if the device or the bundle refused it
    /// @param refusal why; empty if it was measured
    public record Way(String name, Optional<Alone> alone, Optional<String> refusal) {}

    /// The model alone, on tensors that are ready.
    ///
    /// @param openSeconds     time until the model was open and proven; TensorRT compiles in this time
    /// @param imagesPerSecond by batch size
    /// @param meanCosine      of image vectors to those of the first weights on the CPU
    /// @param leastCosine     the least of them
    public record Alone(
            double openSeconds, Map<Integer, Double> imagesPerSecond, double meanCosine, double leastCosine) {
        /// Returns the throughput of the best batch size.
        public double best() {
            return imagesPerSecond.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0);
        }
    }

    /// Decoding and resizing on all cores.
    ///
    /// @param imagesPerSecond of all cores together
    /// @param cpuMillis       processor time of an image
    public record Decoding(double imagesPerSecond, double cpuMillis) {}
}
