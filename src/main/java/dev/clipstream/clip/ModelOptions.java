package dev.clipstream.clip;

import java.util.List;
import java.util.Map;

/// How a bundle is opened.
///
/// @param devices         `auto` (CUDA if the provider is there and works, otherwise the CPU), `cpu`,
///                        `cuda`, `cuda:0,1`, `tensorrt` or `tensorrt:0,1`
/// @param cpuThreads      threads of one session on the CPU, 0: as many as processors; decoders
///                        share the same cores
/// @param weights         which variant of the graphs: `auto` (see [#PREFERENCE]), `fp32` for the files
///                        without a suffix, any other name is the suffix (`fp16`, `int8`, `uint8`,
///                        `quantized`, `q4`, `q4f16`, `bnb4`)
/// @param providerOptions handed to ONNX Runtime's CUDA or TensorRT provider as they are, over our
///                        own; empty on a CPU
public record ModelOptions(String devices, int cpuThreads, String weights, Map<String, String> providerOptions) {

    /// Whatever weights the bundle has, the first of [#PREFERENCE].
    public static final String AUTO = "auto";

    /// Variants of the graphs, the nearest to the trained weights first: what `auto` takes the first of.
    public static final List<String> PREFERENCE =
            List.of("fp32", "fp16", "int8", "quantized", "uint8", "q4f16", "q4", "bnb4");

    /// Devices `auto`, every processor, weights `auto`.
    public static final ModelOptions DEFAULT = new ModelOptions("auto", 0, AUTO, Map.of());

    public ModelOptions {
        if (cpuThreads < 0) {
            throw new IllegalArgumentException(
                    "A number of threads of at least 0 (all processors) was expected, found " + cpuThreads);
        }
        if (!weights.equals(AUTO) && !PREFERENCE.contains(weights)) {
            throw new IllegalArgumentException(
                    "Weights " + AUTO + " or one of " + PREFERENCE + " were expected, found '" + weights + "'");
        }
        providerOptions = Map.copyOf(providerOptions);
    }

    /// With other devices.
    public ModelOptions withDevices(String other) {
        return new ModelOptions(other, cpuThreads, weights, providerOptions);
    }

    /// With another number of threads on the CPU.
    public ModelOptions withCpuThreads(int other) {
        return new ModelOptions(devices, other, weights, providerOptions);
    }

    /// With another variant of the graphs.
    public ModelOptions withWeights(String other) {
        return new ModelOptions(devices, cpuThreads, other, providerOptions);
    }

    /// With other options for the provider.
    public ModelOptions withProviderOptions(Map<String, String> other) {
        return new ModelOptions(devices, cpuThreads, weights, other);
    }
}
