package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.bundle.BundleFiles.Layout;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The names of a model's graphs among the names of other files, be they in a folder or on a server.
///
/// @param layout  the arrangement of the files
/// @param weights the variant of the graphs, one of [ModelOptions#PREFERENCE]
/// @param image   path of the graph with the image tower, with `/` between its parts
/// @param text    path of the graph with the text tower; the same if one graph holds both
public record GraphNames(Layout layout, String weights, String image, String text) {

    /// Finds a model's graphs.
    ///
    /// @param names   paths of files, relative to the model's folder, with `/` between their parts
    /// @param weights [ModelOptions#AUTO] for the first of [ModelOptions#PREFERENCE], or one of these
    /// @return empty if no known layout has both towers in these weights
    public static Optional<GraphNames> find(Collection<String> names, String weights) {
        return candidates(weights).stream()
                .flatMap(candidate -> variant(new TreeSet<>(names), candidate).stream())
                .findFirst();
    }

    /// Returns the weights that a choice stands for, best first.
    static List<String> candidates(String weights) {
        return weights.equals(ModelOptions.AUTO) ? ModelOptions.PREFERENCE : List.of(weights);
    }

    /// Returns what the names of graphs with these weights end in.
    static String suffix(String weights) {
        return weights.equals("fp32") ? "" : "_" + weights;
    }

    /// Prefers split towers to one graph, since then neither side runs the other.
    private static Optional<GraphNames> variant(TreeSet<String> names, String weights) {
        String end = suffix(weights) + ".onnx";
        for (String folder : List.of("onnx/", "")) {
            String vision = folder + "vision_model" + end;
            String one = folder + "model" + end;
            Optional<GraphNames> found = pair(
                            names, Layout.HUGGING_FACE_SPLIT, weights, vision, folder + "text_model" + end)
                    .or(() -> pair(names, Layout.HUGGING_FACE_COMBINED, weights, one, one));
            if (found.isPresent()) {
                return found;
            }
        }
        return pair(names, Layout.IMMICH, weights, "visual/model" + end, "textual/model" + end)
                .or(() -> pair(names, Layout.OPEN_CLIP, weights, "visual" + end, "textual" + end))
                .or(() -> official(names, weights));
    }

    private static Optional<GraphNames> pair(
            TreeSet<String> names, Layout layout, String weights, String image, String text) {
        return names.contains(image) && names.contains(text)
                ? Optional.of(new GraphNames(layout, weights, image, text))
                : Optional.empty();
    }

    private static Optional<GraphNames> official(TreeSet<String> names, String weights) {
        String ending = ".img." + weights + ".onnx";
        return names.stream()
                .filter(name -> !name.contains("/") && name.endsWith(ending))
                .map(name -> name.substring(0, name.length() - ending.length()))
                .flatMap(stem ->
                        pair(names, Layout.CHINESE_CLIP, weights, stem + ending, stem + ".txt." + weights + ".onnx")
                                .stream())
                .findFirst();
    }
}
