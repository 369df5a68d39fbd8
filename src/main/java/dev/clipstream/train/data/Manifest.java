package dev.clipstream.train.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;

/// A list of pictures and captions in one file: JSON Lines, or CSV.
///
/// ```json
/// {"image": "cups/1.jpg", "texts": ["a photo of a cup", "a blue cup on a table"]}
/// {"image": "cups/2.jpg", "text": "a photo of a cup"}
/// ```
///
/// A CSV has a first row that names its columns, `image` and `text` among them; a picture with several captions has
/// several rows. Paths are relative to the manifest. A picture that comes again gets all its captions.
public final class Manifest {
    private Manifest() {}

    /// @param file named `*.csv`, or JSON Lines
    /// @return pictures in the file's order; at least one
    /// @throws IOException if it cannot be read, or is no such list
    public static List<CaptionedPicture> read(Path file) throws IOException {
        Map<Path, List<String>> texts = new LinkedHashMap<>();
        try {
            if (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
                readCsv(file, texts);
            } else {
                readJsonLines(file, texts);
            }
        } catch (NoSuchFileException e) {
            throw new ManifestException("A manifest of pictures was expected, found no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new ManifestException("UTF-8 was expected in " + file + ", found bytes that are none", e);
        }
        if (texts.isEmpty()) {
            throw new ManifestException(
                    "A picture with a caption on each line of " + file + " was expected, found no line", null);
        }
        List<CaptionedPicture> pictures = new ArrayList<>();
        texts.forEach((image, captions) -> pictures.add(new CaptionedPicture(image, captions)));
        return List.copyOf(pictures);
    }

    private static void readJsonLines(Path file, Map<Path, List<String>> texts) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    addJson(file, number, line, texts);
                }
            }
        }
    }

    private static void addJson(Path file, int number, String line, Map<Path, List<String>> texts)
            throws ManifestException {
        JsonNode tree;
        try {
            tree = JsonMapper.shared().readTree(line);
        } catch (JacksonException e) {
            throw wrong(file, number, "no JSON: " + e.getOriginalMessage(), e);
        }
        List<String> captions = new ArrayList<>();
        JsonNode many = tree.path("texts");
        many.forEach(text -> captions.add(text.asString("")));
        if (tree.path("text").isString()) {
            captions.add(tree.path("text").stringValue());
        }
        add(file, number, tree.path("image").asString(""), captions, texts);
    }

    private static void readCsv(Path file, Map<Path, List<String>> texts) throws IOException {
        CsvMapper csv = new CsvMapper();
        try (MappingIterator<Map<String, String>> rows = csv.readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(Files.newBufferedReader(file))) {
            while (rows.hasNext()) {
                Map<String, String> row = rows.next();
                int number = rows.currentLocation().getLineNr();
                String text = row.get("text");
                add(file, number, String.valueOf(row.get("image")), text == null ? List.of() : List.of(text), texts);
            }
        } catch (JacksonException e) {
            throw wrong(
                    file,
                    Math.max(1, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
                    "no CSV: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static void add(Path file, int number, String image, List<String> captions, Map<Path, List<String>> texts)
            throws ManifestException {
        List<String> spoken = captions.stream().filter(text -> !text.isBlank()).toList();
        if (image.isBlank() || image.equals("null")) {
            throw wrong(file, number, "no image", null);
        }
        if (spoken.isEmpty()) {
            throw wrong(file, number, "no text for " + image, null);
        }
        try {
            Path picture = file.toAbsolutePath().resolveSibling(image).normalize();
            texts.computeIfAbsent(picture, path -> new ArrayList<>()).addAll(spoken);
        } catch (InvalidPathException e) {
            throw wrong(file, number, "no path: " + image, e);
        }
    }

    private static ManifestException wrong(Path file, int number, String found, @Nullable Throwable cause) {
        return new ManifestException(
                file + ", line " + number + ": an image and its texts were expected, such as {\"image\": \"cup.jpg\","
                        + " \"texts\": [\"a photo of a cup\"]} (CSV: columns image and text), found " + found,
                cause);
    }
}
