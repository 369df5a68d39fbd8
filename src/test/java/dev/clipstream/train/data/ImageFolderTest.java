package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    private Path folder;

    private final List<String> leftOut = new ArrayList<>();

    @Test
    void captionsAreReadFromTextFilesNextToTheImages() throws IOException {
        // given
        write("running_shoes/1.JPG", "");
        write("running_shoes/1.txt", "\uFEFFa red shoe\r\n\r\nfor running\r\n");
        write("2.png", "");
        write("2.txt", "一只鞋");

        // when, then
        assertThat(withCaptionFiles())
                .containsExactly(
                        new CaptionedImage(folder.resolve("2.png"), List.of("一只鞋")),
                        new CaptionedImage(
                                folder.resolve("running_shoes/1.JPG"), List.of("a red shoe", "for running")));
        assertThat(leftOut).isEmpty();
    }

    @Test
    void anImageWithoutUsableCaptionsIsReportedAndTheOthersAreRead() throws IOException {
        // given
        write("1.jpg", "");
        write("2.jpg", "");
        write("2.txt", " \n");
        write("3.jpg", "");
        Files.write(folder.resolve("3.txt"), "café".getBytes(StandardCharsets.ISO_8859_1));
        write("4.jpg", "");
        write("4.txt", "a cup");

        // when
        List<CaptionedImage> pictures = withCaptionFiles();

        // then
        assertThat(pictures).containsExactly(new CaptionedImage(folder.resolve("4.jpg"), List.of("a cup")));
        assertThat(leftOut)
                .satisfiesExactly(
                        message -> assertThat(message)
                                .contains("1.jpg", "1.txt", "found no such file", "Write one per line"),
                        message -> assertThat(message).contains("2.jpg", "2.txt", "found none"),
                        message -> assertThat(message).contains("3.jpg", "3.txt", "not UTF-8"));
    }

    @Test
    void imagesOfAModelBundleAreSkippedAndUnreadableImagesAreNot() throws IOException {
        // given
        write("cups/1.jpg", "");
        write("cups/2.HEIC", "");
        write("cups/jpg", "");
        write("my-model/clipstream.json", "{}");
        write("my-model/self-test/1.png", "");

        // when
        List<CaptionedImage> pictures =
                ImageFolder.byFolderName(folder, failure -> leftOut.add("" + failure.getMessage()));

        // then
        assertThat(pictures)
                .extracting(CaptionedImage::image)
                .containsExactly(folder.resolve("cups/1.jpg"), folder.resolve("cups/2.HEIC"));
        assertThat(leftOut).isEmpty();
    }

    @Test
    void folderNamesAreTheTextsOfTheirImages() throws IOException {
        // given: one of them a link, as in a manual held-out split
        write("classes/running_shoes/1.JPG", "");
        write("classes/running_shoes/notes.txt", "");
        write("elsewhere/2.png", "");
        Files.createSymbolicLink(folder.resolve("classes/T-Shirts"), folder.resolve("elsewhere"));
        write("classes/stray.png", "");

        // when
        List<CaptionedImage> pictures =
                ImageFolder.byFolderName(folder.resolve("classes"), failure -> leftOut.add("" + failure.getMessage()));

        // then
        assertThat(pictures)
                .extracting(CaptionedImage::texts)
                .containsExactly(List.of("T Shirts"), List.of("running shoes"));
        assertThat(leftOut).singleElement().asString().contains("stray.png", "Move it into one");
    }

    @Test
    void aFolderWithoutImagesIsRejected() throws IOException {
        write("1.jpg", "");

        assertThatThrownBy(this::withCaptionFiles)
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("--caption-from folder");
        assertThatThrownBy(() -> ImageFolder.byFolderName(folder, message -> {}))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found none");
        assertThatThrownBy(() -> ImageFolder.byFolderName(folder.resolve("none"), message -> {}))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found none at");
    }

    private List<CaptionedImage> withCaptionFiles() throws IOException {
        return ImageFolder.withCaptionFiles(folder, failure -> leftOut.add("" + failure.getMessage()));
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
