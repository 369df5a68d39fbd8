package dev.clipstream.clip;

import dev.clipstream.image.Preprocessing;
import java.util.List;

/// Everything about an opened model that a person may want to see.
///
/// @param identity            who it is
/// @param layout              whose arrangement of files it has
/// @param weights             which variant of the graphs, like `fp32`
/// @param files               that it was read from
/// @param tensors             inputs and outputs of its graphs
/// @param imageOutput         the output that picture vectors are taken from
/// @param textOutput          the output that text vectors are taken from
/// @param preprocessing       what is done to a picture
/// @param preprocessingSource the file that says so, or the family
/// @param tokenizer           which kind
/// @param tokens              most tokens of a text
/// @param pad                 token that fills up shorter texts
/// @param scoring             how cosines become probabilities
/// @param scoringSource       the file that says so, or the family
/// @param devices             that it runs on
/// @param warnings            what is not as it should be, though it serves; may be empty
public record ModelDescription(
        ModelIdentity identity,
        String layout,
        String weights,
        List<File> files,
        List<Tensor> tensors,
        String imageOutput,
        String textOutput,
        Preprocessing preprocessing,
        String preprocessingSource,
        String tokenizer,
        int tokens,
        long pad,
        Scoring scoring,
        String scoringSource,
        List<String> devices,
        List<String> warnings) {

    public ModelDescription {
        files = List.copyOf(files);
        tensors = List.copyOf(tensors);
        devices = List.copyOf(devices);
        warnings = List.copyOf(warnings);
    }

    /// Bytes of the graphs and their external data.
    public long weightsBytes() {
        return files.stream()
                .filter(file -> file.name().contains(".onnx"))
                .mapToLong(File::size)
                .sum();
    }

    /// A file of the bundle.
    ///
    /// @param name path inside the bundle
    /// @param size bytes
    public record File(String name, long size) {}

    /// An input or output of a graph.
    ///
    /// @param graph     path of the graph's file inside the bundle
    /// @param direction which of both
    /// @param name      as the graph has it
    /// @param type      element type, like `f32`, `i64`
    /// @param shape     dimensions; those that are free by their names, or -1
    public record Tensor(String graph, Direction direction, String name, String type, List<String> shape) {
        public Tensor {
            shape = List.copyOf(shape);
        }
    }

    /// Into a graph or out of it.
    public enum Direction {
        /// Into the graph.
        INPUT,
        /// Out of the graph.
        OUTPUT
    }
}
