package dev.clipstream.clip.onnx;

import java.nio.file.Path;
import java.util.Set;

/// A graph to open.
///
/// @param path          of the model file
/// @param name          its path inside the bundle, for messages
/// @param exactProducts whether 8-bit products are computed exactly where the processor's own kernels saturate; only
///                      for a graph whose signed 8-bit weights all have zero points
/// @param externalData  files next to the model file that hold weights
/// @param halves        whether the weights are 16-bit floats
public record GraphFile(Path path, String name, boolean exactProducts, Set<Path> externalData, boolean halves) {
    public GraphFile {
        externalData = Set.copyOf(externalData);
    }

    /// Returns whether all weights are in the model file, none in files next to it.
    boolean ownWeights() {
        return externalData.isEmpty();
    }
}
