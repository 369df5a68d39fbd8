package dev.clipstream.clip.onnx;

import ai.onnxruntime.OrtEnvironment;
import dev.clipstream.natives.NativeFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// The folders in which TensorRT keeps what it compiled, one for each graph and way to compile it.
///
/// Compiling takes minutes. TensorRT itself finds an engine by the names in a graph, so two models of one architecture
/// would share it; a folder of its own keeps them apart. An engine is code, so it lies where native libraries do.
final class EngineCache {
    private static final System.Logger LOG = System.getLogger(EngineCache.class.getName());
    /// Room for the engines of a large model, 2 GiB.
    private static final long ROOM = 2L << 30;

    private EngineCache() {}

    /// Returns the folder, which exists.
    ///
    /// @param graph the model file
    /// @param form  everything else that the engine depends on
    /// @return empty if there is no place for it
    static Optional<Path> folder(Path graph, String form) {
        try {
            Path folder = NativeFolder.of("tensorrt", ROOM).resolve(name(graph, form));
            return Optional.of(Files.createDirectories(folder));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "TensorRT compiles at every start: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    /// Returns a name that no other graph, form or version of ONNX Runtime has.
    static String name(Path graph, String form) throws IOException {
        Path real = graph.toRealPath();
        String key = String.join(
                "\n",
                String.valueOf(OrtEnvironment.class.getPackage().getImplementationVersion()),
                real.toString(),
                Long.toString(Files.size(real)),
                Files.getLastModifiedTime(real).toString(),
                form);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in the JDK, found none", e);
        }
    }
}
