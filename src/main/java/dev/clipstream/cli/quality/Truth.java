package dev.clipstream.cli.quality;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;

/// Which labels media show, from a CSV.
///
/// ```csv
/// media,labels
/// dog-on-blue.jpg,dog
/// cat-and-rabbit.jpg,cat;rabbit
/// empty.jpg,
/// ```
///
/// The first row names the columns `media` and `labels`; others are ignored. Several labels of a medium are separated
/// by semicolons or in rows of their own. A medium without labels shows none of the set. A label that a medium does not
/// have counts as not shown; the broader labels of a shown one count as shown.
///
/// @param media in the file's order
record Truth(List<Medium> media) {

    /// A medium.
    ///
    /// @param id     media id, or path of an image
    /// @param line   where the file names it first
    /// @param labels ids of the labels that it shows, broader ones included
    record Medium(String id, int line, Set<String> labels) {}

    Truth {
        media = List.copyOf(media);
    }

    /// Returns whether each medium shows a label.
    boolean[] shows(String label) {
        boolean[] shows = new boolean[media.size()];
        for (int i = 0; i < shows.length; i++) {
            shows[i] = media.get(i).labels().contains(label);
        }
        return shows;
    }

    /// Reads a CSV in UTF-8.
    ///
    /// @throws TruthException if it is not valid, or names a label that the set does not have
    static Truth read(Path file, LabelSet set) throws IOException {
        Map<String, Label> labels = new HashMap<>();
        set.labels().forEach(label -> labels.put(label.id(), label));
        Map<String, Medium> media = new LinkedHashMap<>();
        int number = 1;
        try (MappingIterator<List<String>> rows = new CsvMapper()
                .readerForListOf(String.class)
                .with(CsvReadFeature.WRAP_AS_ARRAY)
                .readValues(text(file))) {
            List<String> header = null;
            while (rows.hasNext()) {
                List<String> row = rows.next();
                if (header == null) {
                    header = header(file, row);
                } else if (!row.stream().allMatch(String::isBlank)) {
                    int line = number;
                    String id = value(header, row, "media");
                    if (id.isEmpty() || row.size() > header.size()) {
                        throw new TruthException(
                                file,
                                line,
                                "expected a medium and its labels, such as cat.jpg,cat;pet",
                                row.toString());
                    }
                    Medium medium = media.computeIfAbsent(id, first -> new Medium(first, line, new LinkedHashSet<>()));
                    for (String label : labels(value(header, row, "labels"), labels)) {
                        add(label, labels, medium.labels(), file, line, set.name());
                    }
                }
                number = rows.currentLocation().getLineNr();
            }
        } catch (JacksonException e) {
            throw new TruthException(
                    file, number, "expected valid CSV with each double quote closed", e.getOriginalMessage());
        }
        if (media.isEmpty()) {
            throw new TruthException(file, number, "expected a medium on each line below the column names", "none");
        }
        return new Truth(List.copyOf(media.values()));
    }

    /// Splits at semicolons, unless a label's id has one.
    private static List<String> labels(String value, Map<String, Label> known) {
        if (known.containsKey(value)) {
            return List.of(value);
        }
        return Arrays.stream(value.split(";"))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .toList();
    }

    /// Adds a label and the broader ones.
    private static void add(String id, Map<String, Label> known, Set<String> shown, Path file, int line, String setName)
            throws TruthException {
        Label label = known.get(id);
        if (label == null) {
            throw new TruthException(
                    file, line, "expected the id of a label of the set '" + setName + "'", "'" + id + "'");
        }
        while (label != null && shown.add(label.id())) {
            label = label.parent() == null ? null : known.get(label.parent());
        }
    }

    private static List<String> header(Path file, List<String> row) throws TruthException {
        List<String> names =
                row.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
        if (!names.contains("media") || !names.contains("labels")) {
            throw new TruthException(file, 1, "expected the column names media,labels", String.join(",", row));
        }
        return names;
    }

    private static String value(List<String> header, List<String> row, String column) {
        int place = header.indexOf(column);
        return place < row.size() ? row.get(place).strip() : "";
    }

    private static String text(Path file) throws IOException {
        try {
            String text = Files.readString(file);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw new TruthException(file, "expected a CSV with the columns media,labels, found no such file", e);
        } catch (CharacterCodingException e) {
            throw new TruthException(file, "expected UTF-8, found other bytes. Save the file as UTF-8.", e);
        }
    }
}
