package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.ModelException;
import dev.clipstream.image.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.SortedSet;

/// SHA-256 over whatever decides a bundle's vectors, so that equal fingerprints mean comparable vectors.
///
/// In this order, each part as its name, a zero byte and the SHA-256 of its content: the image graph and
/// its external data (by name), the text graph and its external data, the picture's transform, the
/// tokenizer's file, and the tokenizer's family and length. A combined graph is read once, and the
/// text's part says that it is the image's. Names of parts are ours, so neither the folder's place nor
/// the graph files' names matter. `clipstream.json` is no part: its scale and bias change
/// tags, never vectors.
public final class Fingerprint {
    private final MessageDigest whole = sha256();

    private Fingerprint() {}

    /// Computes the fingerprint.
    ///
    /// @param imageData external data of the image graph
    /// @param textData  external data of the text graph; not used where one graph holds both towers
    public static String of(
            BundleFiles files,
            SortedSet<Path> imageData,
            SortedSet<Path> textData,
            Preprocessing preprocessing,
            Path tokenizerFile,
            ClipTokenizer tokenizer)
            throws ModelException {
        Fingerprint fingerprint = new Fingerprint();
        try {
            fingerprint.graph("image", files.imageGraph(), imageData);
            if (files.combined()) {
                fingerprint.text("text", "the image's graph");
            } else {
                fingerprint.graph("text", files.textGraph(), textData);
            }
            fingerprint.text("preprocessing", preprocessing.toString());
            fingerprint.file("tokenizer", tokenizerFile);
            fingerprint.text("tokens", tokenizer.kind() + " " + tokenizer.length());
        } catch (IOException e) {
            throw new ModelException("readable files in the bundle", e.toString(), "look at their rights", e);
        }
        return HexFormat.of().formatHex(fingerprint.whole.digest());
    }

    private void graph(String part, Path graph, Collection<Path> data) throws IOException {
        file(part, graph);
        for (Path file : data) {
            file(part + " data " + file.getFileName(), file);
        }
    }

    private void file(String part, Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        add(part, digest.digest());
    }

    private void text(String part, String content) {
        add(part, sha256().digest(content.getBytes(StandardCharsets.UTF_8)));
    }

    private void add(String part, byte[] digest) {
        whole.update(part.getBytes(StandardCharsets.UTF_8));
        whole.update((byte) 0);
        whole.update(digest);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 was expected in every JDK, found none", e);
        }
    }
}
