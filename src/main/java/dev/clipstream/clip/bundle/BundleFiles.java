package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/// The files of a folder that are the model.
///
/// @param root       the bundle's real path
/// @param layout     the arrangement of the files
/// @param weights    the variant of the graphs, one of [ModelOptions#PREFERENCE]
/// @param imageGraph the graph with the image tower
/// @param textGraph  the graph with the text tower; the same file if one graph holds both
public record BundleFiles(Path root, Layout layout, String weights, Path imageGraph, Path textGraph) {

    private static final List<String> FOLDERS = List.of("", "onnx", "visual", "textual");

    /// The known arrangements of files.
    public enum Layout {
        /// `onnx/vision_model.onnx` and `onnx/text_model.onnx`, or both without the folder.
        HUGGING_FACE_SPLIT("Hugging Face, split towers"),
        /// `onnx/model.onnx` or `model.onnx` with both towers.
        HUGGING_FACE_COMBINED("Hugging Face, one graph"),
        /// `visual/model.onnx` and `textual/model.onnx`.
        IMMICH("immich"),
        /// `visual.onnx` and `textual.onnx`.
        OPEN_CLIP("OpenCLIP, split towers"),
        /// `NAME.img.fp32.onnx` and `NAME.txt.fp32.onnx`.
        CHINESE_CLIP("Chinese-CLIP, official export");

        private final String title;

        Layout(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /// Returns whether one graph holds both towers.
    public boolean combined() {
        return imageGraph.equals(textGraph);
    }

    /// Finds the model in a folder.
    ///
    /// @param weights [ModelOptions#AUTO] or one of [ModelOptions#PREFERENCE]
    /// @throws ModelException if the folder does not exist or holds no such model
    public static BundleFiles find(Path bundle, String weights) throws ModelException {
        Path root = root(bundle);
        return GraphNames.find(names(root), weights)
                .map(graphs -> new BundleFiles(
                        root,
                        graphs.layout(),
                        graphs.weights(),
                        root.resolve(graphs.image()),
                        root.resolve(graphs.text())))
                .orElseThrow(() -> nothing(root, GraphNames.candidates(weights)));
    }

    /// Returns the variants of the graphs that a bundle has, in the order of [ModelOptions#PREFERENCE].
    ///
    /// @param root the bundle's real path
    public static List<String> available(Path root) {
        List<String> names = names(root);
        return ModelOptions.PREFERENCE.stream()
                .filter(weights -> GraphNames.find(names, weights).isPresent())
                .toList();
    }

    private static Path root(Path bundle) throws ModelException {
        Path root;
        try {
            root = bundle.toRealPath();
        } catch (IOException e) {
            throw new ModelException(
                    "a model's folder at " + bundle,
                    "none",
                    "name the folder that holds its files, or a model as ORG/NAME (`clipstream model list`)",
                    e);
        }
        if (!Files.isDirectory(root)) {
            throw new ModelException("a model's folder at " + bundle, "a file", "name the folder that holds it");
        }
        return root;
    }

    private static List<String> names(Path root) {
        return FOLDERS.stream()
                .flatMap(folder -> graphs(root.resolve(folder).normalize()).stream())
                .filter(Files::isRegularFile)
                .map(file -> root.relativize(file).toString().replace(File.separatorChar, '/'))
                .toList();
    }

    private static ModelException nothing(Path root, List<String> weights) {
        List<String> found = names(root);
        return found.isEmpty()
                ? ExportAdvice.refusal(root).orElseGet(() -> missing(root, found, weights))
                : missing(root, found, weights);
    }

    private static ModelException missing(Path root, List<String> found, List<String> weights) {
        String end = GraphNames.suffix(weights.getFirst()) + ".onnx";
        return new ModelException(
                "onnx/vision_model" + end + " and onnx/text_model" + end + ", or onnx/model" + end
                        + " (or the layouts of immich, OpenCLIP or Chinese-CLIP) in " + root.getFileName()
                        + (weights.size() == 1 ? " for weights " + weights.getFirst() : ""),
                found.isEmpty() ? "no .onnx file" : found.toString(),
                found.isEmpty()
                        ? "copy the model's files into this folder"
                        : "copy the missing tower, or name the folder without # to take the weights that are there");
    }

    private static List<Path> graphs(Path folder) {
        TreeSet<Path> graphs = new TreeSet<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
                        graphs.add(file);
                    }
                }
            } catch (IOException e) {
                return List.of();
            }
        }
        return List.copyOf(graphs);
    }
}
