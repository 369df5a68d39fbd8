package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a bundle's small files into memory: configurations, tokenizers, images of the self-test.
public final class BundleBytes {
    /// Maximum size of such a file. The largest published tokenizers have about 35 MB.
    private static final int MAX_BYTES = 128 << 20;

    private BundleBytes() {}

    /// Reads a whole file.
    ///
    /// @param name of the file in messages
    /// @throws ModelException if the file has more than 128 MiB, or holds a pointer of Git LFS or a web page instead
    public static byte[] read(Path file, String name) throws IOException, ModelException {
        try (InputStream in = Files.newInputStream(file)) {
            long bytes = Files.size(file);
            byte[] content = bytes > MAX_BYTES ? new byte[0] : in.readNBytes(MAX_BYTES + 1);
            if (bytes > MAX_BYTES || content.length > MAX_BYTES) {
                throw new ModelException(
                        "at most " + MAX_BYTES + " bytes in " + name,
                        Math.max(bytes, content.length) + " bytes",
                        "copy the file of the model's page");
            }
            ForeignContent.refuse(content, name);
            return content;
        }
    }
}
