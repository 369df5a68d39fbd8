package dev.clipstream.clip.hub.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedFileTest {
    @TempDir
    private Path folder;

    private static CachedFile in(Path root) throws Exception {
        CachedFile file = new CachedFile(
                root.resolve("snapshots/1/onnx/model.onnx"), root.resolve("blobs/2"), root.resolve("lock"));
        Files.createDirectories(file.content().getParent());
        Files.write(file.incomplete(), new byte[] {1, 2, 3});
        return file;
    }

    @Test
    void aFileIsALinkToItsBytes() throws Exception {
        CachedFile file = in(folder);

        file.publish();
        assertThat(file.isStored(3)).isTrue();
        assertThat(file.isThere(3)).isFalse();
        file.connect();

        assertThat(Files.readSymbolicLink(file.link())).hasToString("../../../blobs/2");
        assertThat(file.isThere(3)).isTrue();
        assertThat(file.incomplete()).doesNotExist();
    }

    /// The file system of ZIP files has no links.
    @Test
    void aFileSystemWithoutLinksGetsACopy() throws Exception {
        try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("disk.zip"), Map.of("create", "true"))) {
            CachedFile file = in(zip.getPath("/cache"));

            file.publish();
            file.connect();

            assertThat(Files.readAllBytes(file.link())).containsExactly(1, 2, 3);
            assertThat(file.isThere(3)).isTrue();
        }
    }
}
