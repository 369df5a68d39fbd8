package dev.clipstream.clip.prologue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A graph with [PixelPrologue] in front, as bytes to open a session from.
///
/// Only the nodes are in memory. The weights stay in the model file: each large one is declared as external data, at
/// its place in that file, from which ONNX Runtime maps it. So nothing is read or kept twice.
public final class BytePixelGraph {
    private static final System.Logger LOG = System.getLogger(BytePixelGraph.class.getName());

    private final ByteString model;
    private final Path folder;
    private final ImageInput image;
    private final boolean imagesOnly;

    private BytePixelGraph(ByteString model, Path folder, ImageInput image, boolean imagesOnly) {
        this.model = model;
        this.folder = folder;
        this.image = image;
        this.imagesOnly = imagesOnly;
    }

    /// Puts the prologue in front of a graph.
    ///
    /// @param file           the model file, which was checked before
    /// @param ownWeightsOnly whether all weights are in this file, not in others next to it
    /// @return empty if the graph takes bytes already, or is of a form for which this is not possible
    /// @throws IOException if the file cannot be read
    public static Optional<BytePixelGraph> of(Path file, boolean ownWeightsOnly) throws IOException {
        Path real = file.toRealPath();
        Path folder = (ownWeightsOnly ? real : file.toAbsolutePath()).resolveSibling("");
        Optional<String> weights = ownWeightsOnly ? Optional.of(String.valueOf(real.getFileName())) : Optional.empty();
        try (InputStream in = Files.newInputStream(real)) {
            ModelCopy copy = new ModelCopy(in, Math.toIntExact(Files.size(real)), weights);
            ByteString model = copy.withPrologue();
            LOG.log(System.Logger.Level.DEBUG, "{0} takes bytes; its nodes have {1} bytes", file, model.size());
            return Optional.of(new BytePixelGraph(model, folder, copy.image(), copy.imagesOnly()));
        } catch (UnsuitableGraphException e) {
            LOG.log(System.Logger.Level.INFO, "{0} keeps its input: {1}", file, e.getMessage());
            return Optional.empty();
        } catch (InvalidProtocolBufferException | ArithmeticException e) {
            LOG.log(System.Logger.Level.INFO, "{0} keeps its input: no whole ONNX file", file);
            return Optional.empty();
        }
    }

    /// Returns the model, a direct buffer to be read once.
    public ByteBuffer model() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(model.size());
        model.copyTo(bytes);
        return bytes.flip();
    }

    /// Returns the folder to which the locations of weights are relative.
    public Path folder() {
        return folder;
    }

    /// Returns the shapes of a batch as TensorRT's options take them, for each tensor that may be an input of its
    /// part of the graph.
    ///
    /// @return like `clipstream.pixels:8x224x224x3,…`; empty if the graph does not declare the size of images, or
    ///         takes texts as well, whose shapes are not known
    public Optional<String> shapes(int batch) {
        if (image.height() < 1 || image.width() < 1 || !imagesOnly) {
            return Optional.empty();
        }
        String size = image.height() + "x" + image.width();
        List<String> shapes = new ArrayList<>();
        for (String tensor : PixelPrologue.CHANNELS_LAST) {
            shapes.add(tensor + ":" + batch + "x" + size + "x3");
        }
        shapes.add(image.name() + ":" + batch + "x3x" + size);
        return Optional.of(String.join(",", shapes));
    }
}
