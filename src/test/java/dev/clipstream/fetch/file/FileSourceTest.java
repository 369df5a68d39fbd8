package dev.clipstream.fetch.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.Intakes;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileSourceTest {
    private static final byte[] PICTURE = {1, 2, 3, 4, 5};

    @TempDir
    private Path folder;

    private Path root;
    private FileSource source;

    @BeforeEach
    void aRootWithAPictureBesideASecret() throws IOException {
        root = Files.createDirectories(folder.toRealPath().resolve("root"));
        Files.createDirectories(root.resolve("deep/er"));
        Files.write(root.resolve("deep/er/picture.jpg"), PICTURE);
        Files.write(root.resolve("a b?#ü%.jpg"), PICTURE);
        Files.createDirectories(folder.resolve("rootless"));
        Files.write(folder.resolve("rootless/secret"), PICTURE);
        Files.write(folder.resolve("secret"), PICTURE);
        Files.createSymbolicLink(root.resolve("inside"), root.resolve("deep"));
        Files.createSymbolicLink(root.resolve("outside"), folder.resolve("rootless"));
        Files.createSymbolicLink(root.resolve("secret-link"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("relative-link"), Path.of("../secret"));
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nowhere"));
        source = source(root);
    }

    private static FileSource source(Path... roots) {
        return new FileSource(new FileSettings(List.of(roots)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deep/er/picture.jpg",
                "deep/./er/../er/picture.jpg",
                "deep/%65r/picture.jpg",
                "inside/er/picture.jpg",
                "a%20b%3F%23%C3%BC%25.jpg"
            })
    void aFileBelowTheRootIsRead(String path) throws FetchException, InterruptedException {
        assertThat(source.fetch(URI.create("file://" + root + "/" + path), Intakes.upTo(5)))
                .isEqualTo(PICTURE);
        assertThat(source.fetch(URI.create("file:" + root + "/" + path), Intakes.upTo(100)))
                .isEqualTo(PICTURE);
    }

    @ParameterizedTest
    @CsvSource({
        "ROOT/../secret, PATH_REFUSED",
        "ROOT/deep/../../secret, PATH_REFUSED",
        "ROOT/%2e%2e/secret, PATH_REFUSED",
        "ROOT/..%2fsecret, PATH_REFUSED",
        "ROOT/%2E%2E%2Fsecret, PATH_REFUSED",
        "ROOT/../rootless/secret, PATH_REFUSED",
        "ROOTless/secret, PATH_REFUSED",
        "ROOT/../nothing, PATH_REFUSED",
        "/etc/passwd, PATH_REFUSED",
        "/etc/no-such-file, PATH_REFUSED",
        "/proc/self/environ, PATH_REFUSED",
        "/dev/zero, PATH_REFUSED",
        "/, PATH_REFUSED",
        "ROOT/../../../../../../../../etc/passwd, PATH_REFUSED",
        "ROOT/outside/secret, PATH_REFUSED",
        "ROOT/secret-link, PATH_REFUSED",
        "ROOT/relative-link, PATH_REFUSED",
        "ROOT/inside/../secret-link, PATH_REFUSED",
        "ROOT/deep, PATH_REFUSED",
        "ROOT/deep/, PATH_REFUSED",
        "ROOT, PATH_REFUSED",
        "ROOT/, PATH_REFUSED",
        "ROOT/nothing.jpg, NOT_FOUND",
        "ROOT/dangling, NOT_FOUND",
        "ROOT/deep/er/picture.jpg/x, NOT_FOUND",
        "ROOT/%252e%252e/secret, NOT_FOUND",
        "ROOT/deep/er/picture.jpg%00.png, BAD_URI",
        "ROOT/deep/er/picture.jpg?x=1, BAD_URI",
        "ROOT/deep/er/picture.jpg#x, BAD_URI",
    })
    void nothingElseIsRead(String path, RejectionReason reason) {
        URI uri = URI.create("file://" + path.replace("ROOT", root.toString()));

        assertThatThrownBy(() -> source.fetch(uri, Intakes.upTo(100)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file://server/share/x", "file://localhost/etc/passwd", "file:relative", "file:../x", "file:"})
    void aHostOrARelativePathIsNoFileUri(String uri) {
        assertThatThrownBy(() -> source.fetch(URI.create(uri.equals("file:") ? "file:x" : uri), Intakes.upTo(100)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.BAD_URI));
    }

    @Test
    void aLoopOfLinksEnds() {
        assertThatThrownBy(() -> source.fetch(root.resolve("loop").toUri(), Intakes.upTo(100)))
                .isInstanceOf(FetchException.class);
    }

    @Test
    void aPipeIsRefusedBeforeAnybodyWaitsForItsOtherEnd() throws IOException, InterruptedException {
        Path pipe = root.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);

        assertThatThrownBy(() -> source.fetch(pipe.toUri(), Intakes.upTo(100)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.PATH_REFUSED))
                .hasMessageContaining("a device or pipe");
    }

    @Test
    void aFileThatIsTooLargeIsRefusedByItsSizeAndWhileItIsRead() {
        assertThatThrownBy(
                        () -> source.fetch(root.resolve("deep/er/picture.jpg").toUri(), Intakes.upTo(4)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.TOO_LARGE))
                .hasMessageContaining("at most 4 bytes, found 5");
        // files of /proc announce no size
        Path endless = Path.of("/proc/self/status");
        assumeTrue(Files.isRegularFile(endless));
        assertThatThrownBy(() -> source(Path.of("/proc")).fetch(endless.toUri(), Intakes.upTo(10)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.TOO_LARGE))
                .hasMessageContaining("found more");
    }

    @Test
    void anUnreadableFileIsForbidden() throws IOException {
        Path locked = Files.write(root.resolve("locked"), PICTURE);
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(locked), "the superuser reads everything");

        assertThatThrownBy(() -> source.fetch(locked.toUri(), Intakes.upTo(100)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.FORBIDDEN));
    }

    @Test
    void aLinkThatIsSlippedInAfterTheCheckIsNotFollowed() throws IOException {
        // given: paths that were real when they were resolved
        Path asFolder = Path.of("deep/er/picture.jpg");
        Path asFile = Path.of("deep/er/picture2.jpg");
        try (SeekableByteChannel before = GuardedOpen.below(root, asFolder)) {
            assertThat(before.size()).isEqualTo(5);
        }

        // when: the file becomes a link to a secret, and a folder on the way becomes a link to another
        Files.createSymbolicLink(root.resolve(asFile), folder.resolve("secret"));
        Files.move(root.resolve("deep"), root.resolve("moved"));
        Files.createSymbolicLink(root.resolve("deep"), root.resolve("moved"));

        // then
        assertThatThrownBy(() -> GuardedOpen.below(root, asFolder)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> GuardedOpen.below(root, Path.of("moved/er/picture2.jpg")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> GuardedOpen.below(root, Path.of("moved/er"))).isInstanceOf(IOException.class);
    }

    @Test
    void aRootMayItselfBeALink() throws IOException, FetchException, InterruptedException {
        Path link = Files.createSymbolicLink(folder.resolve("link-to-root"), root);
        FileSource linked = source(link);

        assertThat(linked.fetch(URI.create("file://" + link + "/deep/er/picture.jpg"), Intakes.upTo(100)))
                .isEqualTo(PICTURE);
        assertThat(linked.fetch(URI.create("file://" + root + "/deep/er/picture.jpg"), Intakes.upTo(100)))
                .isEqualTo(PICTURE);
    }

    @Test
    void withoutRootsNothingIsReadAndARootThatIsNoneIsRefusedAtStart() {
        assertThatThrownBy(() -> source().fetch(URI.create("file:///etc/passwd"), Intakes.upTo(100)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.PATH_REFUSED));
        assertThatThrownBy(() -> source(folder.resolve("nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Expected a folder at the allowed root");
        assertThatThrownBy(() -> source(folder.resolve("secret"))).isInstanceOf(IllegalArgumentException.class);
    }
}
