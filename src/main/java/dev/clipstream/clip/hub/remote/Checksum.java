package dev.clipstream.clip.hub.remote;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// What a file's content must hash to.
///
/// @param kind of hash
/// @param hex  lower-case hexadecimal digits
public record Checksum(Kind kind, String hex) {

    /// The hashes that hubs publish.
    public enum Kind {
        /// SHA-256 of the content, which Git LFS uses.
        SHA256("SHA-256"),
        /// SHA-1 of git's blob: `blob`, the size, a zero byte and the content.
        GIT_BLOB("git blob id");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    public Checksum {
        if (!hex.matches(kind == Kind.SHA256 ? "[0-9a-f]{64}" : "[0-9a-f]{40}")) {
            throw new IllegalArgumentException("Expected a " + kind + " in hexadecimal digits, found another text");
        }
    }

    /// Recognises a checksum by its length; empty if the text is none.
    public static Optional<Checksum> of(String hex) {
        return hex.matches("[0-9a-f]{64}")
                ? Optional.of(new Checksum(Kind.SHA256, hex))
                : hex.matches("[0-9a-f]{40}") ? Optional.of(new Checksum(Kind.GIT_BLOB, hex)) : Optional.empty();
    }

    /// Begins to hash a file.
    ///
    /// @param size of the whole content in bytes
    public MessageDigest begin(long size) {
        try {
            if (kind == Kind.SHA256) {
                return MessageDigest.getInstance("SHA-256");
            }
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-1 and SHA-256 in the JDK, found no " + kind, e);
        }
    }

    /// Returns whether a content that was hashed is this one.
    public boolean matches(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest()).equals(hex);
    }

    @Override
    public String toString() {
        return kind.title + " " + hex;
    }
}
