package dev.clipstream.clip.onnx;

import ai.onnxruntime.OrtEnvironment;
import dev.clipstream.natives.NativeFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    /// @param graph its files are part of the folder's name
    /// @param form  everything else that the engine depends on
    /// @return empty if there is no place for it
    static Optional<Path> folder(GraphFile graph, String form) {
        try {
            return Optional.of(folder(NativeFolder.of("tensorrt", ROOM), graph, form));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "TensorRT compiles at every start: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    /// Creates the folder where it is missing. Then engines of former weights in the same file are deleted, because
    /// each takes as much room as its model.
    static Path folder(Path all, GraphFile graph, String form) throws IOException {
        String place = hash(List.of(graph.path().toRealPath().toString(), form));
        Path folder = all.resolve(place + "-" + content(graph));
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            try (Stream<Path> folders = Files.list(all)) {
                folders.filter(other -> String.valueOf(other.getFileName()).startsWith(place + "-"))
                        .filter(other -> !other.equals(folder))
                        .forEach(EngineCache::delete);
            }
        }
        return folder;
    }

    /// Returns a name that no other content of the graph's files, and no other version of ONNX Runtime, has.
    private static String content(GraphFile graph) throws IOException {
        List<String> parts = new ArrayList<>();
        parts.add(String.valueOf(OrtEnvironment.class.getPackage().getImplementationVersion()));
        for (Path file : Stream.concat(
                        Stream.of(graph.path()), graph.externalData().stream().sorted())
                .toList()) {
            Path real = file.toRealPath();
            parts.add(real.toString());
            parts.add(Long.toString(Files.size(real)));
            parts.add(Files.getLastModifiedTime(real).toString());
        }
        return hash(parts);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "Cannot delete TensorRT''s engines of former weights: {0}", e);
        }
    }

    private static String hash(List<String> parts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in the JDK, found none", e);
        }
    }
}
