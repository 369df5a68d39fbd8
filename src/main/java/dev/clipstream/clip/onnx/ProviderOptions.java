package dev.clipstream.clip.onnx;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The options of ONNX Runtime's providers for GPUs.
///
/// Values favour exact vectors and steady memory; [dev.clipstream.clip.ModelOptions#providerOptions()] overrides them.
final class ProviderOptions {

    /// - no TensorFloat-32, which keeps 10 bits of a factor, as 16-bit weights do
    /// - no search for convolutions by trial, which differs from start to start
    /// - an arena that grows by what is needed instead of doubling
    private static final Map<String, String> CUDA = Map.of(
            "use_tf32", "0",
            "cudnn_conv_algo_search", "HEURISTIC",
            "arena_extend_strategy", "kSameAsRequested");

    private ProviderOptions() {}

    /// Returns the options of the CUDA provider.
    static Map<String, String> cuda() {
        return CUDA;
    }

    /// Shapes for which TensorRT compiles a graph once. Without them it compiles again at each larger batch.
    ///
    /// @param least    tensors and their shapes, in TensorRT's notation, at a batch of one
    /// @param greatest the same at the largest batch, for which it also optimizes
    record Shapes(String least, String greatest) {}

    /// Returns the options of the TensorRT provider.
    ///
    /// @param halves whether it may compute in 16-bit floats; otherwise it widens 16-bit weights
    /// @param shapes empty if the graph's shapes are not known
    /// @param cache  a folder for this graph alone: engines are found by the names in a graph, not by its weights;
    ///               empty to compile at every start
    static Map<String, String> tensorrt(boolean halves, Optional<Shapes> shapes, Optional<Path> cache) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("trt_fp16_enable", halves ? "1" : "0");
        shapes.ifPresent(range -> {
            options.put("trt_profile_min_shapes", range.least());
            options.put("trt_profile_opt_shapes", range.greatest());
            options.put("trt_profile_max_shapes", range.greatest());
        });
        cache.ifPresent(folder -> {
            options.put("trt_engine_cache_enable", "1");
            options.put("trt_engine_cache_path", folder.toString());
            options.put("trt_timing_cache_enable", "1");
            options.put("trt_timing_cache_path", folder.toString());
        });
        return options;
    }
}
