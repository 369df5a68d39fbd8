package dev.clipstream.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;

/// Reads a list of images and captions from one file: JSON Lines or CSV.
///
/// ```json
/// {"image": "cups/1.jpg", "texts": ["a photo of a cup", "a blue cup on a table"]}
/// {"image": "cups/2.jpg", "text": "a photo of a cup"}
/// ```
///
/// The first row of a CSV names its columns, `image` and `text` among them; an image with several captions has
/// several rows. Paths are relative to the manifest. An image that occurs several times gets all captions. An
/// invalid line is left out and reported; the other lines are read.
public final class Manifest {
    private static final String EXPECTED =
            "Expected an image and its texts, such as {\"image\": \"cup.jpg\", \"texts\": [\"a photo of a cup\"]}"
                    + " (CSV: columns image and text)";

    private final Path file;
    private final Consumer<ManifestException> leftOut;
    private final Map<Path, List<String>> texts = new LinkedHashMap<>();
    private int lines;

    private Manifest(Path file, Consumer<ManifestException> leftOut) {
        this.file = file;
        this.leftOut = leftOut;
    }

    /// Reads a manifest.
    ///
    /// @param file    a CSV if named `*.csv`, JSON Lines otherwise
    /// @param leftOut receives an error for each line that cannot be used
    /// @return the images in the file's order; all files exist, and there is at least one
    /// @throws IOException if the file cannot be read or is not a manifest
    public static List<CaptionedImage> read(Path file, Consumer<ManifestException> leftOut) throws IOException {
        if (Files.isDirectory(file)) {
            throw new ManifestException(
                    "Expected a manifest of images, found the folder " + file
                            + ". Name a file in JSON Lines or CSV, or give the folder as a folder of images.",
                    null);
        }
        Manifest manifest = new Manifest(file, leftOut);
        try {
            String content = Utf8Text.read(file);
            if (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
                manifest.readCsv(content);
            } else {
                manifest.readJsonLines(content);
            }
        } catch (NoSuchFileException e) {
            throw new ManifestException(
                    "Expected a manifest of images, found no file " + file + ". Correct the path.", e);
        }
        return manifest.pictures();
    }

    /// Writes JSON Lines with absolute paths, so that the manifest can be moved.
    public static void write(Path file, List<CaptionedImage> pictures) throws IOException {
        List<String> lines = new ArrayList<>();
        for (CaptionedImage picture : pictures) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("image", picture.image().toAbsolutePath().toString());
            line.put("texts", picture.texts());
            lines.add(JsonMapper.shared().writeValueAsString(line));
        }
        Files.write(file, lines);
    }

    private List<CaptionedImage> pictures() throws ManifestException {
        if (texts.isEmpty()) {
            throw new ManifestException(
                    file + ": Expected an image with a caption on each line, found "
                            + (lines == 0 ? "no lines." : "none on " + lines + " lines."),
                    null);
        }
        List<CaptionedImage> pictures = new ArrayList<>();
        texts.forEach((image, captions) -> pictures.add(new CaptionedImage(image, captions)));
        return List.copyOf(pictures);
    }

    private void readJsonLines(String content) {
        int number = 0;
        for (String line : content.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                addJson(number, line);
            }
        }
    }

    private void addJson(int number, String line) {
        try {
            JsonNode tree = JsonMapper.shared().readTree(line);
            List<String> captions = new ArrayList<>();
            addTexts(tree.path("texts"), captions);
            addTexts(tree.path("text"), captions);
            add(number, tree.path("image").asString(""), captions);
        } catch (JacksonException e) {
            lines++;
            leave(number, "invalid JSON: " + e.getOriginalMessage(), "Write one object per line.", e);
        }
    }

    /// Accepts a text or a list of texts.
    private static void addTexts(JsonNode node, List<String> captions) {
        if (node.isString()) {
            captions.add(node.stringValue());
        } else {
            node.forEach(text -> captions.add(text.asString("")));
        }
    }

    private void readCsv(String content) throws ManifestException {
        CsvMapper csv = new CsvMapper();
        int number = 1;
        try (MappingIterator<List<String>> rows = csv.readerForListOf(String.class)
                .with(CsvReadFeature.WRAP_AS_ARRAY)
                .readValues(content)) {
            Columns columns = null;
            while (rows.hasNext()) {
                List<String> row = rows.next();
                if (columns == null) {
                    columns = Columns.of(file, row);
                } else if (row.size() > columns.count()) {
                    lines++;
                    leave(
                            number,
                            row.size() + " values for the " + columns.count() + " columns of the first line",
                            "Put a text with a comma in double quotes.",
                            null);
                } else if (!row.stream().allMatch(String::isBlank)) {
                    add(number, columns.image(row), List.of(columns.text(row)));
                }
                number = rows.currentLocation().getLineNr();
            }
        } catch (JacksonException e) {
            // after an unclosed quote, the start of the next row is unknown
            throw wrong(
                    number,
                    "invalid CSV: " + e.getOriginalMessage(),
                    "Close each double quote, and write it twice inside a quoted text.",
                    e);
        }
    }

    /// The positions of the columns in a CSV.
    private record Columns(int imageAt, int textAt, int count) {
        static Columns of(Path file, List<String> header) throws ManifestException {
            List<String> names = header.stream()
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .toList();
            Columns columns = new Columns(names.indexOf("image"), names.indexOf("text"), names.size());
            if (columns.imageAt < 0 || columns.textAt < 0) {
                throw new ManifestException(
                        file + ", line 1: Expected comma-separated column names, image and text among them, found "
                                + header + ". Rename the columns, or add that line.",
                        null);
            }
            return columns;
        }

        String image(List<String> row) {
            return imageAt < row.size() ? row.get(imageAt) : "";
        }

        String text(List<String> row) {
            return textAt < row.size() ? row.get(textAt) : "";
        }
    }

    private void add(int number, String image, List<String> captions) {
        lines++;
        List<String> spoken = captions.stream().filter(CaptionedImage::hasWords).toList();
        if (!Utf8Text.isSound(image) || !spoken.stream().allMatch(Utf8Text::isSound)) {
            leave(number, "bytes that are not UTF-8", "Save the file as UTF-8.", null);
        } else if (image.isBlank()) {
            leave(number, "no image", "Name the image file.", null);
        } else if (spoken.isEmpty()) {
            leave(number, "no text for " + image, "Describe what the image shows.", null);
        } else {
            addPicture(number, image, spoken);
        }
    }

    private void addPicture(int number, String image, List<String> captions) {
        try {
            Path picture = file.toAbsolutePath().resolveSibling(image.strip()).normalize();
            if (Files.isRegularFile(picture)) {
                texts.computeIfAbsent(picture, path -> new ArrayList<>()).addAll(captions);
            } else {
                leave(
                        number,
                        (Files.exists(picture) ? "a folder at " : "no file ") + picture,
                        "Correct the path, which is relative to the manifest.",
                        null);
            }
        } catch (InvalidPathException e) {
            leave(number, "an invalid path: " + image, "Correct it.", e);
        }
    }

    private void leave(int number, String found, String remedy, @Nullable Throwable cause) {
        leftOut.accept(wrong(number, found, remedy, cause));
    }

    private ManifestException wrong(int number, String found, String remedy, @Nullable Throwable cause) {
        return new ManifestException(
                file + ", line " + number + ": " + EXPECTED + ", found " + found + ". " + remedy, cause);
    }
}
