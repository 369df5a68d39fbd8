package dev.clipstream.clip.hub.remote;

import java.net.URI;
import java.util.regex.Pattern;

/// A file of a repository at one commit.
///
/// @param path     inside the repository, with `/` between its parts; see [#isSafe]
/// @param size     in bytes
/// @param checksum of its content
/// @param uri      where it is
public record RemoteFile(String path, long size, Checksum checksum, URI uri) {
    private static final int LONGEST_PATH = 512;
    /// Letters, digits and what else names of models' files have; neither `..` nor a leading or trailing dot or space.
    private static final Pattern PART = Pattern.compile("[\\p{L}\\p{N}_@+=()\\[\\],.#%& -]{1,200}");

    public RemoteFile {
        if (!isSafe(path) || size < 0) {
            throw new IllegalArgumentException("Expected a relative path and a size, found other ones");
        }
    }

    /// Returns whether a path that a server names stays in the folder that it is resolved against, on every system.
    public static boolean isSafe(String path) {
        if (path.isEmpty() || path.length() > LONGEST_PATH) {
            return false;
        }
        for (String part : path.split("/", -1)) {
            boolean inside = PART.matcher(part).matches()
                    && !part.startsWith(" ")
                    && !part.endsWith(" ")
                    && !part.endsWith(".")
                    && !part.equals("..");
            if (!inside) {
                return false;
            }
        }
        return true;
    }
}
