package dev.clipstream.clip;

import java.util.List;
import java.util.Map;

/// How a bundle is opened.
///
/// @param devices         `auto` (CUDA if its provider is available and works, otherwise the CPU), `cpu`, `cuda`,
///                        `cuda:0,1`, `tensorrt` or `tensorrt:0,1`
/// @param cpuThreads      threads of the model on the CPU; 0 for as many as processors. Decoders share the cores.
/// @param cpuBatches      batches of images that the CPU runs side by side, with the threads divided among them; 0
///                        for as many as threads, one thread each
/// @param weights         the variant of the graphs: `auto` (see [#PREFERENCE]), `fp32` for the files without a
///                        suffix, otherwise the suffix (`fp16`, `int8`, `uint8`, `quantized`, `q4`, `q4f16`, `bnb4`)
/// @param queries         whether queries get a session of their own, see [ClipModel#queryEncoder()]; this takes the
///                        text tower's memory once more
/// @param pixels          how images reach the device
/// @param maxBatch        the most images of a batch on a GPU, at least 1, for which it is prepared; larger batches run
///                        in parts
/// @param providerOptions options for ONNX Runtime's CUDA or TensorRT provider, which override Clipstream's; empty on
///                        a CPU
public record ModelOptions(
        String devices,
        int cpuThreads,
        int cpuBatches,
        String weights,
        boolean queries,
        Pixels pixels,
        int maxBatch,
        Map<String, String> providerOptions) {

    /// How images reach the device. The vectors are the same.
    public enum Pixels {
        /// [#BYTES] on a GPU, [#FLOATS] on a CPU.
        AUTO,
        /// Normalized by this process, four bytes or two a sample.
        FLOATS,
        /// As bytes, one a sample; nodes in front of the graph normalize them.
        BYTES
    }

    /// The first of [#PREFERENCE] that the bundle has.
    public static final String AUTO = "auto";

    /// Variants of the graphs, those closest to the trained weights first.
    public static final List<String> PREFERENCE =
            List.of("fp32", "fp16", "int8", "quantized", "uint8", "q4f16", "q4", "bnb4");

    /// Devices `auto`, all processors, one batch on each, weights `auto`.
    public static final ModelOptions DEFAULT = new ModelOptions("auto", 0, 0, AUTO, false, Pixels.AUTO, 64, Map.of());

    public ModelOptions {
        if (cpuThreads < 0) {
            throw new IllegalArgumentException(
                    "Expected a number of threads of at least 0 (all processors), found " + cpuThreads);
        }
        if (cpuBatches < 0) {
            throw new IllegalArgumentException(
                    "Expected a number of batches of at least 0 (as many as threads), found " + cpuBatches);
        }
        if (maxBatch < 1) {
            throw new IllegalArgumentException("Expected batches of at least 1 image, found " + maxBatch);
        }
        if (!weights.equals(AUTO) && !PREFERENCE.contains(weights)) {
            throw new IllegalArgumentException(
                    "Expected weights " + AUTO + " or one of " + PREFERENCE + ", found '" + weights + "'");
        }
        providerOptions = Map.copyOf(providerOptions);
    }

    /// Returns these options with other devices.
    public ModelOptions withDevices(String other) {
        return new ModelOptions(other, cpuThreads, cpuBatches, weights, queries, pixels, maxBatch, providerOptions);
    }

    /// Returns these options with another number of threads on the CPU.
    public ModelOptions withCpuThreads(int other) {
        return new ModelOptions(devices, other, cpuBatches, weights, queries, pixels, maxBatch, providerOptions);
    }

    /// Returns these options with another number of batches side by side on the CPU.
    public ModelOptions withCpuBatches(int other) {
        return new ModelOptions(devices, cpuThreads, other, weights, queries, pixels, maxBatch, providerOptions);
    }

    /// Returns these options with another variant of the graphs.
    public ModelOptions withWeights(String other) {
        return new ModelOptions(devices, cpuThreads, cpuBatches, other, queries, pixels, maxBatch, providerOptions);
    }

    /// Returns these options with or without a session for queries.
    public ModelOptions withQueries(boolean other) {
        return new ModelOptions(devices, cpuThreads, cpuBatches, weights, other, pixels, maxBatch, providerOptions);
    }

    /// Returns these options with another form of images.
    public ModelOptions withPixels(Pixels other) {
        return new ModelOptions(devices, cpuThreads, cpuBatches, weights, queries, other, maxBatch, providerOptions);
    }

    /// Returns these options with another limit of batches on a GPU.
    public ModelOptions withMaxBatch(int other) {
        return new ModelOptions(devices, cpuThreads, cpuBatches, weights, queries, pixels, other, providerOptions);
    }

    /// Returns these options with other ones for the provider.
    public ModelOptions withProviderOptions(Map<String, String> other) {
        return new ModelOptions(devices, cpuThreads, cpuBatches, weights, queries, pixels, maxBatch, other);
    }

    /// Returns the threads of the model on the CPU, at least 1.
    public int threads() {
        return cpuThreads > 0 ? cpuThreads : Runtime.getRuntime().availableProcessors();
    }

    /// Returns the batches of images side by side on the CPU, at least 1.
    public int batches() {
        return cpuBatches > 0 ? cpuBatches : threads();
    }
}
