package dev.clipstream.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.input.MediaPaths.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaPathsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void createImagesInTwoFoldersAndALink() throws IOException {
        Files.createDirectories(folder.resolve("real/deep"));
        Files.writeString(folder.resolve("real/a.jpg"), "a");
        Files.writeString(folder.resolve("real/notes.txt"), "no picture");
        Files.writeString(folder.resolve("real/deep/b.PNG"), "b");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
    }

    private List<String> found(String argument) {
        return MediaPaths.of(List.of(folder + argument))
                .map(input -> (input.error() == null ? "" : "error ")
                        + input.given().substring(folder.toString().length()))
                .toList();
    }

    @Test
    void aLinkToAFolderIsFollowedAndKeepsItsPath() {
        assertThat(found("/link")).containsExactly("/link/a.jpg", "/link/deep/b.PNG");
    }

    @Test
    void aLinkToAParentFolderAddsNothing() throws IOException {
        Files.createSymbolicLink(folder.resolve("real/deep/again"), folder.resolve("real"));

        assertThat(found("/real")).containsExactly("/real/a.jpg", "/real/deep/b.PNG");
    }

    @Test
    void aGlobFollowsLinksAndMatchesItsDepth() {
        assertThat(found("/*/*.jpg")).containsExactly("/link/a.jpg", "/real/a.jpg");
        assertThat(found("/real/**.{jpg,PNG}")).containsExactly("/real/a.jpg", "/real/deep/b.PNG");
        assertThat(found("/real/*.PNG")).containsExactly("error /real/*.PNG");
    }

    @Test
    void anInvalidGlobIsAnErrorUnlessAFileHasThatName() throws IOException {
        String invalid = folder + "/photo[1.jpg";

        List<Input> inputs = MediaPaths.of(List.of(folder + "/real/a.jpg", invalid, folder + "/link/a.jpg"))
                .toList();

        assertThat(inputs).extracting(input -> input.error() == null).containsExactly(true, false, true);
        assertThat(inputs.get(1).error()).startsWith("expected a file or a valid glob, found neither");

        Files.writeString(Path.of(invalid), "a");
        assertThat(found("/photo[1.jpg")).containsExactly("/photo[1.jpg");
    }

    @Test
    void aFolderWithoutImagesIsAnError() throws IOException {
        Files.createDirectory(folder.resolve("empty"));

        List<Input> inputs =
                MediaPaths.of(List.of(folder.resolve("empty").toString())).toList();

        assertThat(inputs)
                .hasSize(1)
                .first()
                .extracting(Input::error)
                .asString()
                .contains("found none");
    }
}
