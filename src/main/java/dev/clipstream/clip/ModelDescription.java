package dev.clipstream.clip;

import dev.clipstream.image.Preprocessing;
import java.util.List;
import java.util.Optional;

/// Describes an opened model; `model show` prints it.
///
/// @param identity            published with its vectors
/// @param commit              of the repository that it was pulled from; empty for a user's own folder
/// @param layout              the arrangement of the bundle's files
/// @param weights             the variant of the graphs, like `fp32`
/// @param weightsChoice       the variants that the bundle has, and why this one
/// @param files               the files that were read
/// @param tensors             inputs and outputs of its graphs
/// @param imageOutput         the output that image vectors are taken from
/// @param textOutput          the output that text vectors are taken from
/// @param preprocessing       how an image becomes the model's input
/// @param preprocessingSource the file or family that the preprocessing comes from
/// @param tokenizer           the tokenizer's kind, like `OPENAI`
/// @param tokens              the most tokens of a text
/// @param pad                 the token that fills up shorter texts
/// @param scoring             how cosines become probabilities
/// @param scoringSource       the file or family that the scoring comes from
/// @param scoringKnown        whether scale and bias are learned or those of a known family; if not, they are a guess
/// @param decisions           what was decided about the model, each with the file or rule that it comes from
/// @param devices             the devices that it runs on
/// @param warnings            shortcomings with which it serves all the same; may be empty
public record ModelDescription(
        ModelIdentity identity,
        Optional<String> commit,
        String layout,
        String weights,
        WeightsChoice weightsChoice,
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
        boolean scoringKnown,
        List<Decision> decisions,
        List<String> devices,
        List<String> warnings) {

    public ModelDescription {
        files = List.copyOf(files);
        tensors = List.copyOf(tensors);
        decisions = List.copyOf(decisions);
        devices = List.copyOf(devices);
        warnings = List.copyOf(warnings);
    }

    /// Returns the bytes of the graphs and their external data.
    public long weightsBytes() {
        return files.stream()
                .filter(file -> file.name().contains(".onnx"))
                .mapToLong(File::size)
                .sum();
    }

    /// A decision about the model.
    ///
    /// @param subject what was decided, like `text length`
    /// @param value   what applies
    /// @param source  the file that says so, or the rule that applies where no file does
    public record Decision(String subject, String value, String source) {}

    /// A file of the bundle.
    ///
    /// @param name path inside the bundle
    /// @param size in bytes
    public record File(String name, long size) {}

    /// An input or output of a graph.
    ///
    /// @param graph     path of the graph's file inside the bundle
    /// @param direction input or output
    /// @param name      in the graph
    /// @param type      element type, like `f32` or `i64`
    /// @param shape     dimensions; a free one has its name, or -1 if it has none
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
