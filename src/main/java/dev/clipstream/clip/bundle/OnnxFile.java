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
/// @param externalData    files that hold weights outside of the graph's file, in the order of their names; empty if
///                        all weights are in it
/// @param eightBitWeights whether some of its weights have 8 bits
/// @param zeroPoints      whether all signed 8-bit weights have a zero point. ONNX Runtime can compute their products
///                        exactly on every processor only then; true if there are none.
public record OnnxFile(SortedSet<Path> externalData, boolean eightBitWeights, boolean zeroPoints) {

    public OnnxFile {
        externalData = Collections.unmodifiableSortedSet(new TreeSet<>(externalData));
    }

    /// Returns whether ONNX Runtime can compute the products of its 8-bit weights exactly on every processor; false if
    /// it has no such weights.
    public boolean exactProducts() {
        return eightBitWeights && zeroPoints;
    }

    /// Reads a model file. Weights are skipped, not loaded.
    ///
    /// @param root  the bundle's real path
    /// @param graph the model file
    /// @throws ModelException if the file is damaged or has custom operators, or an external file is missing, too short
    ///                        or outside of the bundle
    public static OnnxFile read(Path root, Path graph) throws ModelException {
        String name = root.relativize(graph).toString();
        try {
            ForeignContent.refuseText(graph, name);
            OnnxScan scan = OnnxScan.of(graph, name);
            requireKnownOperators(name, scan);
            SortedSet<Path> files = new TreeSet<>();
            for (String location : scan.locations()) {
                Path file = resolve(root, graph, name, location);
                requireWhole(file, root.relativize(file).toString(), name, scan.externalBytes(location));
                files.add(file);
            }
            return new OnnxFile(files, scan.eightBitWeights(), scan.zeroPoints());
        } catch (IOException e) {
            throw new ModelException("a readable file " + name, e.toString(), "check its permissions", e);
        }
    }

    /// Returns the locations of external data as a model file has them: paths relative to its folder, unchecked.
    ///
    /// @param name of the file in messages
    /// @throws ModelException if the file is damaged
    public static SortedSet<String> locations(Path graph, String name) throws ModelException {
        try {
            return OnnxScan.of(graph, name).locations();
        } catch (IOException e) {
            throw new ModelException("a readable file " + name, e.toString(), "check its permissions", e);
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
        if (!file.toRealPath().startsWith(SnapshotFolder.reach(root))) {
            throw outside(name, location, null);
        }
        return file;
    }

    private static void requireKnownOperators(String name, OnnxScan scan) throws ModelException {
        if (!scan.customOperators().isEmpty()) {
            throw new ModelException(
                    "only operators of ONNX and ONNX Runtime in " + name,
                    "custom operators " + scan.customOperators(),
                    "export the model without them: a library of custom operators is a program, and is not loaded");
        }
    }

    private static void requireWhole(Path file, String fileName, String graph, long bytes)
            throws ModelException, IOException {
        ForeignContent.refusePointer(file, fileName);
        long size = Files.size(file);
        if (size < bytes) {
            throw new ModelException(
                    "at least " + bytes + " bytes of weights in " + fileName + ", which " + graph + " refers to",
                    size + " bytes",
                    "download it again: it is cut off, or of another export");
        }
    }

    private static ModelException outside(String name, String location, @Nullable Throwable cause) {
        return new ModelException(
                "weights of " + name + " inside of the bundle",
                "the location '" + location + "'",
                "do not use this file before you know why it reads elsewhere",
                cause);
    }
}
