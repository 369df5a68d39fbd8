package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    private Path folder;

    @Test
    void jsonLinesGiveEachPictureItsTexts() throws IOException {
        // given
        Path manifest = write("pairs.jsonl", """
                {"image": "cups/1.jpg", "texts": ["a cup", "a blue cup"]}

                {"image": "cups/2.jpg", "text": "a cup"}
                {"image": "cups/1.jpg", "texts": ["一个杯子"]}
                """);

        // when, then
        assertThat(Manifest.read(manifest))
                .containsExactly(
                        new CaptionedPicture(folder.resolve("cups/1.jpg"), List.of("a cup", "a blue cup", "一个杯子")),
                        new CaptionedPicture(folder.resolve("cups/2.jpg"), List.of("a cup")));
    }

    @Test
    void aCsvGivesTheSameByItsNamedColumns() throws IOException {
        // given
        Path manifest = write("pairs.csv", """
                id,text,image
                1,"a cup, blue",1.jpg
                2,a spoon,2.jpg
                3,a cup,1.jpg
                """);

        // when, then
        assertThat(Manifest.read(manifest))
                .containsExactly(
                        new CaptionedPicture(folder.resolve("1.jpg"), List.of("a cup, blue", "a cup")),
                        new CaptionedPicture(folder.resolve("2.jpg"), List.of("a spoon")));
    }

    @Test
    void aLineThatIsWrongIsNamedWithWhatItShouldBe() throws IOException {
        // given
        Path broken = write("broken.jsonl", "{\"image\": \"1.jpg\", \"texts\": [\"a cup\"]}\n{\"image\": \"2.jpg\"}\n");

        // when, then
        assertThatThrownBy(() -> Manifest.read(broken))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("broken.jsonl, line 2")
                .hasMessageContaining("no text for 2.jpg")
                .hasMessageContaining("such as {\"image\"");
    }

    @Test
    void anEmptyOrMissingManifestIsRefused() throws IOException {
        Path empty = write("empty.jsonl", "\n");
        assertThatThrownBy(() -> Manifest.read(empty))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found no line");
        assertThatThrownBy(() -> Manifest.read(folder.resolve("none.csv")))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found no file");
    }

    @Test
    void captionsLieBesideThePicturesOrAreTheFoldersNames() throws IOException {
        // given
        Path classes = folder.resolve("classes");
        Files.createDirectories(classes.resolve("running_shoes"));
        Files.writeString(classes.resolve("running_shoes/1.JPG"), "");
        Files.writeString(classes.resolve("running_shoes/1.txt"), "a red shoe\n\nfor running\n");
        Files.writeString(classes.resolve("running_shoes/2.png"), "");

        // when, then
        assertThat(PictureFolder.withCaptionFiles(classes))
                .containsExactly(new CaptionedPicture(
                        classes.resolve("running_shoes/1.JPG"), List.of("a red shoe", "for running")));
        assertThat(PictureFolder.byFolderName(classes))
                .extracting(CaptionedPicture::texts)
                .containsExactly(List.of("running shoes"), List.of("running shoes"));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
