package dev.clipstream.clip;

import java.util.List;
import java.util.Map;

/// How a bundle is opened.
///
/// @param devices         `auto` (CUDA if the provider is there and works, otherwise the CPU), `cpu`,
///                        `cuda`, `cuda:0,1`, `tensorrt` or `tensorrt:0,1`
/// @param cpuThreads      threads of the model on the CPU, 0: as many as processors; decoders
///                        share the same cores
/// @param cpuBatches      batches of pictures that the CPU runs side by side, with the threads
///                        divided among them; 0: as many as threads, one thread each
/// @param weights         which variant of the graphs: `auto` (see [#PREFERENCE]), `fp32` for the files
///                        without a suffix, any other name is the suffix (`fp16`, `int8`, `uint8`,
///                        `quantized`, `q4`, `q4f16`, `bnb4`)
/// @param queries         whether texts that people search by get a session of their own, see
///                        [ClipModel#queryEncoder()]; takes the text tower's memory once more
/// @param providerOptions handed to ONNX Runtime's CUDA or TensorRT provider as they are, over our
///                        own; empty on a CPU
public record ModelOptions(
        String devices,
        int cpuThreads,
        int cpuBatches,
        String weights,
        boolean queries,
        Map<String, String> providerOptions) {

    /// Whatever weights the bundle has, the first of [#PREFERENCE].
    public static final String AUTO = "auto";

    /// Variants of the graphs, the nearest to the trained weights first: what `auto` takes the first of.
    public static final List<String> PREFERENCE =
            List.of("fp32", "fp16", "int8", "quantized", "uint8", "q4f16", "q4", "bnb4");

    /// Devices `auto`, every processor, a batch on each, weights `auto`.
    public static final ModelOptions DEFAULT = new ModelOptions("auto", 0, 0, AUTO, false, Map.of());

    public ModelOptions {
        if (cpuThreads < 0) {
            throw new IllegalArgumentException(
                    "A number of threads of at least 0 (all processors) was expected, found " + cpuThreads);
        }
        if (cpuBatches < 0) {
            throw new IllegalArgumentException(
                    "A number of batches of at least 0 (as many as threads) was expected, found " + cpuBatches);
        }
        if (!weights.equals(AUTO) && !PREFERENCE.contains(weights)) {
            throw new IllegalArgumentException(
                    "Weights " + AUTO + " or one of " + PREFERENCE + " were expected, found '" + weights + "'");
        }
        providerOptions = Map.copyOf(providerOptions);
    }

    /// With other devices.
    public ModelOptions withDevices(String other) {
        return new ModelOptions(other, cpuThreads, cpuBatches, weights, queries, providerOptions);
    }

    /// With another number of threads on the CPU.
    public ModelOptions withCpuThreads(int other) {
        return new ModelOptions(devices, other, cpuBatches, weights, queries, providerOptions);
    }

    /// With another number of batches side by side on the CPU.
    public ModelOptions withCpuBatches(int other) {
        return new ModelOptions(devices, cpuThreads, other, weights, queries, providerOptions);
    }

    /// With another variant of the graphs.
    public ModelOptions withWeights(String other) {
        return new ModelOptions(devices, cpuThreads, cpuBatches, other, queries, providerOptions);
    }

    /// With a session of their own for queries, or without.
    public ModelOptions withQueries(boolean other) {
        return new ModelOptions(devices, cpuThreads, cpuBatches, weights, other, providerOptions);
    }

    /// With other options for the provider.
    public ModelOptions withProviderOptions(Map<String, String> other) {
        return new ModelOptions(devices, cpuThreads, cpuBatches, weights, queries, other);
    }

    /// Threads of the model on the CPU, at least 1.
    public int threads() {
        return cpuThreads > 0 ? cpuThreads : Runtime.getRuntime().availableProcessors();
    }

    /// Batches of pictures side by side on the CPU, at least 1.
    public int batches() {
        return cpuBatches > 0 ? cpuBatches : threads();
    }
}
