package dev.clipstream.cli.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An image that cannot be read is a failed input, as in other commands.
class SearchCommandTest {
    @TempDir
    private Path folder;

    @Test
    void anUnreadableImageIsAFailedInput() throws IOException {
        // given
        String index = folder.resolve("index").toString();
        String missing = folder.resolve("nope.png").toString();
        String drawing = Files.writeString(folder.resolve("a.svg"), "<svg/>").toString();
        assertThat(Ran.of("index", "create", "--index", index).exitCode()).isZero();

        // when
        Ran ofMissing = Ran.of("search", "--index", index, "--image", missing);
        Ran ofFolder = Ran.of("search", "--index", index, "--image", folder.toString());
        Ran ofDrawing = Ran.of("search", "--index", index, "--image", drawing);

        // then
        assertFailed(ofMissing, "clipstream search: no such file: " + missing);
        assertFailed(ofFolder, "clipstream search: " + folder + ": expected a file, found a folder");
        assertFailed(ofDrawing, "clipstream search: " + drawing + ": Expected JPEG, PNG");
    }

    private static void assertFailed(Ran ran, String said) {
        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err().lines().filter(line -> !line.contains("CUDA")))
                .singleElement()
                .asString()
                .startsWith(said)
                .doesNotContain("java.", "dev.clipstream");
    }
}
