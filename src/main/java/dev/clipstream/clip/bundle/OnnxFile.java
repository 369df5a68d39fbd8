package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a model file says about its weights, read before ONNX Runtime opens it.
///
/// A model file is code, and a location in it is a path: one that leads out of the bundle is refused.
///
/// @param externalData     files that hold weights outside of the graph's file, in the order of their names; empty if
///                         all weights are in it
/// @param integerProducts  whether it multiplies 8-bit matrices
/// @param exactOnEveryCpu  whether ONNX Runtime can compute these products exactly on every processor. It cannot
///                         where signed weights come without a zero point and the processor's own kernels saturate.
public record OnnxFile(SortedSet<Path> externalData, boolean integerProducts, boolean exactOnEveryCpu) {

    public OnnxFile {
        externalData = Collections.unmodifiableSortedSet(new TreeSet<>(externalData));
    }

    /// Reads a model file. Weights are skipped, not loaded.
    ///
    /// @param root  the bundle's real path
    /// @param graph the model file
    /// @throws ModelException if the file is damaged, or an external file is missing or outside of the bundle
    public static OnnxFile read(Path root, Path graph) throws ModelException {
        String name = root.relativize(graph).toString();
        try {
            OnnxScan scan = OnnxScan.of(graph, name);
            SortedSet<Path> files = new TreeSet<>();
            for (String location : scan.locations()) {
                files.add(resolve(root, graph, name, location));
            }
            return new OnnxFile(files, scan.integerProducts(), scan.exactOnEveryCpu());
        } catch (IOException e) {
            throw new ModelException("a readable file " + name, e.toString(), "look at its rights", e);
        }
    }

    private static Path resolve(Path root, Path graph, String name, String location)
            throws ModelException, IOException {
        Path file;
        try {
            file = graph.resolveSibling(location).normalize();
        } catch (InvalidPathException e) {
            throw outside(name, location, e);
        }
        if (Path.of(location).isAbsolute() || !file.startsWith(root)) {
            throw outside(name, location, null);
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelException(
                    "the weights of " + name + " in " + root.relativize(file),
                    "no such file",
                    "copy " + file.getFileName() + " beside " + graph.getFileName() + " under exactly this name");
        }
        if (!file.toRealPath().startsWith(root)) {
            throw outside(name, location, null);
        }
        return file;
    }

    private static ModelException outside(String name, String location, @Nullable Throwable cause) {
        return new ModelException(
                "weights of " + name + " inside of the bundle",
                "the location '" + location + "'",
                "do not use this file before you know why it reads elsewhere",
                cause);
    }
}
