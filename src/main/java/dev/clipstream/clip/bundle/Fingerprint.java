package dev.clipstream.clip.bundle;

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

/// SHA-256 over everything that determines a bundle's vectors. Vectors with equal fingerprints are comparable.
///
/// The parts are, in this order: the image graph and its external data (by name), the text graph and its external
/// data, the preprocessing, the tokenizer's file and the SentencePiece model that completes it if there is one, and
/// what the rules for texts add to it. Each is hashed as its name, a zero byte and the SHA-256 of its content. A graph
/// with both towers is read once, and the text's part says so. The names of the parts are fixed, so neither the folder
/// nor the names of the graph files matter. `clipstream.json` is not part of it: scale and bias change tags but no
/// vectors.
public final class Fingerprint {
    private final MessageDigest whole = sha256();

    private Fingerprint() {}

    /// Computes the fingerprint.
    ///
    /// @param imageData external data of the image graph
    /// @param textData  external data of the text graph; not used where one graph holds both towers
    /// @param textRules kind and length of the rules for texts
    public static String of(
            BundleFiles files,
            SortedSet<Path> imageData,
            SortedSet<Path> textData,
            Preprocessing preprocessing,
            TokenizerFile tokenizer,
            String textRules)
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
            fingerprint.file("tokenizer", tokenizer.file());
            if (tokenizer.normalization().isPresent()) {
                fingerprint.file("normalization", tokenizer.normalization().get());
            }
            fingerprint.text("tokens", textRules);
        } catch (IOException e) {
            throw new ModelException("readable files in the bundle", e.toString(), "check their permissions", e);
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
            throw new IllegalStateException("Expected SHA-256 in the JDK, found none", e);
        }
    }
}
