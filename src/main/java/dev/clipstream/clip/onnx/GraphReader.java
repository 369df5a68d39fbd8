package dev.clipstream.clip.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.prologue.PixelPrologue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Reads a graph's inputs and outputs from a session: names, element types, fixed dimensions.
///
/// An input is recognised by its shape, not by its name: pixels have four dimensions, ids are integers with two. The
/// output is chosen in this order: `embedding`, `image_embeds` (`text_embeds`), `image_embeddings` (`text_embeddings`),
/// `pooler_output`, `unnorm_*`, else the only one with two dimensions.
final class GraphReader {
    private final String file;
    private final Map<String, TensorInfo> inputs;
    private final Map<String, TensorInfo> outputs;

    /// @param file the graph's name in messages
    GraphReader(String file, OrtSession session) throws ModelException {
        this.file = file;
        try {
            this.inputs = tensors(session.getInputInfo());
            this.outputs = tensors(session.getOutputInfo());
        } catch (OrtException e) {
            throw new ModelException(
                    "inputs and outputs of " + file, String.valueOf(e.getMessage()), "export it again", e);
        }
    }

    private static Map<String, TensorInfo> tensors(Map<String, NodeInfo> nodes) {
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        nodes.forEach((name, node) -> {
            if (node.getInfo() instanceof TensorInfo tensor) {
                tensors.put(name, tensor);
            }
        });
        return tensors;
    }

    Map<String, TensorInfo> inputs() {
        return inputs;
    }

    Map<String, TensorInfo> outputs() {
        return outputs;
    }

    /// Returns the image side.
    ///
    /// @throws ModelException if the graph has none, or one with unsupported inputs
    ImageGraph image() throws ModelException {
        if (inputs.containsKey("spatial_shapes")) {
            throw new ModelException(
                    "an image tower that takes images of one size in " + file,
                    "a NaFlex model, which takes patches of images of many sizes: inputs " + text(inputs),
                    "take a model of a fixed size instead, such as google/siglip2-base-patch16-224");
        }
        String pixels = only("an input of pixels with 4 dimensions", info -> rank(info) == 4);
        TensorInfo info = info(inputs, pixels);
        long[] shape = info.getShape();
        ImageGraph.Format format = format(pixels, info);
        boolean channelsLast = format == ImageGraph.Format.U8_NHWC;
        String output = output("image");
        Set<String> others = new HashSet<>(inputs.keySet());
        others.remove(pixels);
        others.remove(PixelPrologue.LEVELS);
        return new ImageGraph(
                pixels,
                format,
                levels(),
                (int) shape[channelsLast ? 1 : 2],
                (int) shape[channelsLast ? 2 : 3],
                (int) shape[0],
                output,
                (int) info(outputs, output).getShape()[1],
                Set.copyOf(others));
    }

    private Optional<ImageGraph.Format> levels() {
        return Optional.ofNullable(inputs.get(PixelPrologue.LEVELS))
                .map(levels ->
                        levels.type == OnnxJavaType.FLOAT16 ? ImageGraph.Format.F16_NCHW : ImageGraph.Format.F32_NCHW);
    }

    private ImageGraph.Format format(String pixels, TensorInfo info) throws ModelException {
        long[] shape = info.getShape();
        boolean first = shape[1] == 3 || shape[1] == -1;
        boolean last = shape[3] == 3 || shape[3] == -1;
        if (info.type == OnnxJavaType.FLOAT && first) {
            return ImageGraph.Format.F32_NCHW;
        }
        if (info.type == OnnxJavaType.FLOAT16 && first) {
            return ImageGraph.Format.F16_NCHW;
        }
        if (info.type == OnnxJavaType.UINT8 && last) {
            return ImageGraph.Format.U8_NHWC;
        }
        throw new ModelException(
                "pixels as f32 or f16 [batch, 3, height, width] or u8 [batch, height, width, 3] in " + file,
                pixels + " " + text(info),
                "export the image tower with one of these inputs");
    }

    /// Returns the text side.
    ///
    /// @throws ModelException if the graph has none, or one with unsupported inputs
    TextGraph text() throws ModelException {
        List<String> whole = inputs.entrySet().stream()
                .filter(input -> isWhole(input.getValue()) && rank(input.getValue()) == 2)
                .map(Map.Entry::getKey)
                .toList();
        Optional<String> mask =
                whole.stream().filter(name -> name.contains("mask")).findFirst();
        Optional<String> types =
                whole.stream().filter(name -> name.contains("token_type")).findFirst();
        List<String> ids = new ArrayList<>(whole);
        mask.ifPresent(ids::remove);
        types.ifPresent(ids::remove);
        if (ids.size() != 1) {
            throw new ModelException(
                    "one input of token ids, whole numbers [batch, length], in " + file,
                    ids.isEmpty() ? "inputs " + text(inputs) : "several: " + ids,
                    "export the text tower with input_ids, and at most attention_mask and token_type_ids beside it");
        }
        TensorInfo info = info(inputs, ids.getFirst());
        String output = output("text");
        Set<String> others = new HashSet<>(inputs.keySet());
        whole.forEach(others::remove);
        return new TextGraph(
                ids.getFirst(),
                info.type == OnnxJavaType.INT64,
                mask,
                types,
                (int) info.getShape()[0],
                (int) info.getShape()[1],
                output,
                (int) info(outputs, output).getShape()[1],
                Set.copyOf(others));
    }

    private String only(String expected, Predicate<TensorInfo> wanted) throws ModelException {
        List<String> found = inputs.entrySet().stream()
                .filter(input -> wanted.test(input.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (found.size() != 1) {
            throw new ModelException(
                    expected + " in " + file, "inputs " + text(inputs), "export the image tower of the model");
        }
        return found.getFirst();
    }

    private String output(String side) throws ModelException {
        List<String> vectors = outputs.entrySet().stream()
                .filter(output -> rank(output.getValue()) == 2 && isFloat(output.getValue()))
                .map(Map.Entry::getKey)
                .filter(name -> !name.startsWith("logits"))
                .toList();
        List<Predicate<String>> order = List.of(
                "embedding"::equals,
                (side + "_embeds")::equals,
                name -> name.endsWith("_embeds"),
                (side + "_embeddings")::equals,
                "pooler_output"::equals,
                name -> name.startsWith("unnorm_" + side),
                name -> name.startsWith("unnorm_"),
                name -> vectors.size() == 1);
        for (Predicate<String> wanted : order) {
            List<String> found = vectors.stream().filter(wanted).toList();
            if (found.size() == 1) {
                return found.getFirst();
            }
        }
        throw new ModelException(
                "an output of " + side + " vectors [batch, dimension] in " + file + ": embedding, " + side + "_embeds, "
                        + side + "_embeddings, pooler_output, unnorm_*, or the only one with two dimensions",
                "outputs " + text(outputs),
                "export the tower with its projection");
    }

    /// Returns the output that holds the logits of texts and images; empty if the graph has none.
    Optional<String> logits() {
        return GraphLogits.OUTPUTS.stream().filter(outputs::containsKey).findFirst();
    }

    private static TensorInfo info(Map<String, TensorInfo> tensors, String name) {
        TensorInfo info = tensors.get(name);
        if (info == null) {
            throw new IllegalStateException("Expected a tensor of the graph, found the name " + name);
        }
        return info;
    }

    private static int rank(TensorInfo info) {
        return info.getShape().length;
    }

    private static boolean isWhole(TensorInfo info) {
        return info.type == OnnxJavaType.INT64 || info.type == OnnxJavaType.INT32;
    }

    private static boolean isFloat(TensorInfo info) {
        return info.type == OnnxJavaType.FLOAT || info.type == OnnxJavaType.FLOAT16;
    }

    private static String text(Map<String, TensorInfo> tensors) {
        return tensors.entrySet().stream()
                .map(tensor -> tensor.getKey() + " " + text(tensor.getValue()))
                .toList()
                .toString();
    }

    private static String text(TensorInfo info) {
        return info.type + " " + Arrays.toString(info.getShape());
    }
}
