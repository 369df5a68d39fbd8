package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    @TempDir
    private Path folder;

    private final List<String> leftOut = new ArrayList<>();

    @BeforeEach
    void pictures() throws IOException {
        for (String name : List.of("1.jpg", "2.jpg", "cups/1.jpg", "cups/2.jpg")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
    }

    @Test
    void jsonLinesListTheTextsOfEachImage() throws IOException {
        // given
        Path manifest = write("pairs.jsonl", """
                {"image": "cups/1.jpg", "texts": ["a cup", "a blue cup"]}

                {"image": "cups/2.jpg", "text": "a cup"}
                {"image": "cups/1.jpg", "texts": ["一个杯子"]}
                """);

        // when, then
        assertThat(read(manifest))
                .containsExactly(
                        new CaptionedImage(folder.resolve("cups/1.jpg"), List.of("a cup", "a blue cup", "一个杯子")),
                        new CaptionedImage(folder.resolve("cups/2.jpg"), List.of("a cup")));
        assertThat(leftOut).isEmpty();
    }

    @Test
    void aCsvListsTheSameInNamedColumns() throws IOException {
        // given
        Path manifest = write("pairs.csv", """
                id,text,image
                1,"a cup, ""blue""\",1.jpg
                2,a spoon,2.jpg
                3,a cup,1.jpg
                """);

        // when, then
        assertThat(read(manifest))
                .containsExactly(
                        new CaptionedImage(folder.resolve("1.jpg"), List.of("a cup, \"blue\"", "a cup")),
                        new CaptionedImage(folder.resolve("2.jpg"), List.of("a spoon")));
        assertThat(leftOut).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            pairs.csv,  `Image,text\r\n1.jpg,"a cup,\r\n blue"\r\n`
            pairs.jsonl, `{"image":"1.jpg","texts":"a cup,\\r\\n blue"}\r\n\r\n`
            """)
    void filesOfSpreadsheetsOnWindowsAreRead(String name, String content) throws IOException {
        // given: a byte order mark, and lines that end with carriage return and line feed
        Path manifest = write(name, "\uFEFF" + content);

        // when, then
        assertThat(read(manifest))
                .containsExactly(new CaptionedImage(folder.resolve("1.jpg"), List.of("a cup,\r\n blue")));
        assertThat(leftOut).isEmpty();
    }

    @Test
    void anInvalidJsonLineIsReportedAndTheOthersAreRead() throws IOException {
        // given
        Path manifest = write("pairs.jsonl", """
                {"image": "1.jpg", "texts": ["a cup"]}
                {"image": "2.jpg", "texts": [" "]}
                {"texts": ["a cup"]}
                {"image": "3.jpg", "text": "a cup"}
                {"image": "cups", "text": "a cup"}
                {"image": "2.jpg", "text": "a cup"
                ["2.jpg"]
                {"image": "2.jpg", "text": "a spoon"}
                """);

        // when
        List<CaptionedImage> pictures = read(manifest);

        // then
        assertThat(pictures)
                .containsExactly(
                        new CaptionedImage(folder.resolve("1.jpg"), List.of("a cup")),
                        new CaptionedImage(folder.resolve("2.jpg"), List.of("a spoon")));
        assertThat(leftOut)
                .allMatch(message -> message.contains("Expected an image and its texts, such as {\"image\""))
                .satisfiesExactly(
                        message -> assertThat(message)
                                .contains("pairs.jsonl, line 2:", "no text for 2.jpg", "Describe what the image shows"),
                        message -> assertThat(message).contains("line 3:", "no image"),
                        message -> assertThat(message)
                                .contains("line 4:", "no file " + folder.resolve("3.jpg"), "relative"),
                        message -> assertThat(message).contains("line 5:", "a folder at"),
                        message -> assertThat(message).contains("line 6:", "invalid JSON", "one object per line"),
                        message -> assertThat(message).contains("line 7:", "no image"));
    }

    @Test
    void anInvalidCsvRowIsReportedAndTheOthersAreRead() throws IOException {
        // given
        Path manifest = write("pairs.csv", """
                image,text
                1.jpg,a cup, blue
                1.jpg,"a cup
                on two lines"

                2.jpg
                3.jpg,a cup
                2.jpg,a spoon
                """);

        // when
        List<CaptionedImage> pictures = read(manifest);

        // then
        assertThat(pictures)
                .containsExactly(
                        new CaptionedImage(folder.resolve("1.jpg"), List.of("a cup\non two lines")),
                        new CaptionedImage(folder.resolve("2.jpg"), List.of("a spoon")));
        assertThat(leftOut)
                .satisfiesExactly(
                        message -> assertThat(message).contains("line 2:", "3 values", "in double quotes"),
                        message -> assertThat(message).contains("line 6:", "no text for 2.jpg"),
                        message -> assertThat(message).contains("line 7:", "no file " + folder.resolve("3.jpg")));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            pairs.csv,   `image,text\n1.jpg,a `,   `\n2.jpg,a cup\n`
            pairs.jsonl, `\n{"image":"1.jpg","text":"a `, `"}\n{"image":"2.jpg","text":"a cup"}\n`
            """)
    void aLineInAnotherEncodingIsReportedAndTheOthersAreRead(String name, String before, String after)
            throws IOException {
        // given: "café" in Latin-1
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(before.getBytes(StandardCharsets.UTF_8));
        bytes.write("café".getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(after.getBytes(StandardCharsets.UTF_8));
        Path manifest = Files.write(folder.resolve(name), bytes.toByteArray());

        // when, then
        assertThat(read(manifest)).containsExactly(new CaptionedImage(folder.resolve("2.jpg"), List.of("a cup")));
        assertThat(leftOut).singleElement().asString().contains("line 2:", "not UTF-8", "Save the file as UTF-8");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            pairs.csv, `image,text\n1.jpg,a cup\n2.jpg,"a spoon\n`, `line 3:`
            pairs.csv, `image;text\n1.jpg;a cup\n`, `line 1: Expected comma-separated column names`
            pairs.csv, `1.jpg,a cup\n`, `found [1.jpg, a cup]`
            empty.csv, ``, `found no line`
            empty.jsonl, `\n`, `found no line`
            pairs.jsonl, `{"image": "3.jpg", "text": "a cup"}`, `found none on 1 lines`
            """)
    void filesThatAreNotManifestsAreRejected(String name, String content, String said) throws IOException {
        Path manifest = write(name, content == null ? "" : content);

        assertThatThrownBy(() -> read(manifest))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(said);
    }

    @Test
    void aMissingFileAFolderAndUtf16AreRejected() throws IOException {
        Path wide = Files.write(folder.resolve("wide.csv"), "\uFEFFimage,text\n".getBytes(StandardCharsets.UTF_16LE));

        assertThatThrownBy(() -> read(folder.resolve("none.csv")))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found no file");
        assertThatThrownBy(() -> read(folder.resolve("cups")))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found the folder");
        assertThatThrownBy(() -> read(wide))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found UTF-16");
    }

    private List<CaptionedImage> read(Path manifest) throws IOException {
        return Manifest.read(manifest, failure -> leftOut.add(String.valueOf(failure.getMessage())));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
