package dev.clipstream.label;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads label sets from a YAML file, a list of names, or the bundled default.
///
/// ```yaml
/// name: pets
/// version: "1"
/// language: zh          # language of the displayed names; default en
/// promptLanguage: en    # language of the prompts; default: language
/// mode: exclusive       # or multi; default exclusive
/// topK: 3               # default 5
/// threshold: 0.1        # default 0.05 exclusive, 0.5 multi
/// templates: ["a photo of a {}."]     # default: PromptTemplates; []: the bare names
/// backgroundPrompts: ["a photo."]     # mode multi; default: PromptTemplates
/// labels:
///   - {id: cat, names: {en: cat, zh: 猫}, parent: pet}
///   - {id: pet, names: {en: pet, zh: 宠物}, prompts: ["a photo of somebody's pet."], threshold: 0.3}
/// ```
///
/// A label may be a plain text, such as `- cat`: it is the id and the name in the set's language.
public final class LabelSetFile {
    /// Maximum size of a file in bytes, enough for about 100,000 labels or 5,000 examples of 512 values.
    public static final int MAX_BYTES = 16_000_000;

    private static final String EVERYDAY = "everyday";

    /// The names of the bundled label sets.
    public static final List<String> BUNDLED = List.of(EVERYDAY, "moderation");

    /// An absolute path, one that starts at a known folder, a URL, or a name that ends like that of a file of text.
    private static final Pattern LIKE_A_PATH = Pattern.compile(
            "(~|\\.{1,2})?[/\\\\].*|[a-z]:\\\\.*|[a-z]+://.*|.+\\.(ya?ml|txt|json|jsonl|csv|tsv|lst|list|labels?|names|md)",
            Pattern.CASE_INSENSITIVE);

    private LabelSetFile() {}

    /// Reads a YAML file.
    ///
    /// @throws LabelSetException if the file does not exist, cannot be read or holds no valid label set
    public static LabelSet read(Path file) throws LabelSetException {
        return read(file, ExampleVectors.NONE);
    }

    /// Reads a YAML file whose examples may be pictures and media.
    ///
    /// @param vectors of these pictures and media
    /// @throws LabelSetException if the file does not exist, cannot be read or holds no valid label set
    public static LabelSet read(Path file, ExampleVectors vectors) throws LabelSetException {
        try (InputStream in = Files.newInputStream(file)) {
            return LabelSetDecoder.decode(
                    YamlTree.read(text(in, file.toString()), file.toString()), file.toString(), vectors);
        } catch (NoSuchFileException missing) {
            throw new LabelSetException(
                    file + ": expected a label set in YAML, found no such file: correct the path", missing);
        } catch (IOException unreadable) {
            throw new LabelSetException(
                    file + ": expected a readable file, found " + unreadable + ": correct the path or its permissions",
                    unreadable);
        }
    }

    /// Reads YAML.
    ///
    /// @param in     UTF-8, at most [#MAX_BYTES]; is read to its end and not closed
    /// @param origin the source, which messages start with
    /// @throws LabelSetException if it holds no valid label set
    public static LabelSet read(InputStream in, String origin) throws LabelSetException {
        return LabelSetDecoder.decode(YamlTree.read(text(in, origin), origin), origin, ExampleVectors.NONE);
    }

    /// Reads what a person gives as a label set: the path of a YAML file, or the name of a bundled label set.
    ///
    /// @throws LabelSetException if it is neither, or the file holds no valid label set
    public static LabelSet fileOrBundled(String given) throws LabelSetException {
        return isBundled(given) ? bundled(given) : read(Path.of(given));
    }

    /// Returns whether a person names a bundled label set: a file of that name comes first.
    public static boolean isBundled(String given) {
        return BUNDLED.contains(given) && path(given).filter(Files::exists).isEmpty();
    }

    /// Returns whether a person means a file: it exists, or its name ends with `.yaml` or `.yml`.
    public static boolean isFile(String given) {
        return given.matches("(?i).*\\.ya?ml")
                || path(given)
                        .filter(path -> Files.exists(path) && !Files.isDirectory(path))
                        .isPresent();
    }

    /// Reads what a person gives as labels: the path of a YAML file, the name of a bundled label set, or names
    /// separated by commas. A file comes before a bundled label set of the same name.
    ///
    /// A mistyped path must not become a label, because mode EXCLUSIVE would give a single label probability 1.
    ///
    /// @throws LabelSetException        if the file holds no valid label set
    /// @throws IllegalArgumentException if it is neither a file nor at least two names, or one of them is not valid
    public static LabelSet fileOrNames(String given) throws LabelSetException {
        Optional<Path> path = path(given);
        if (path.isPresent() && Files.isDirectory(path.get())) {
            throw new IllegalArgumentException(
                    "expected a label set file, found the folder " + FieldChecks.quote(given) + ": name a file in it");
        }
        if (path.isPresent() && isFile(given)) {
            return read(path.get());
        }
        if (BUNDLED.contains(given)) {
            return bundled(given);
        }
        List<String> names = Arrays.stream(given.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a file, or label names separated by commas, found " + FieldChecks.quote(given));
        }
        for (String name : names) {
            if (LIKE_A_PATH.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "expected a label set file, or label names separated by commas, found" + " no such file: "
                                + FieldChecks.quote(name) + ": correct the path");
            }
        }
        if (names.size() == 1) {
            throw new IllegalArgumentException("expected a label set file, one of the bundled sets " + BUNDLED
                    + ", or at least two label names separated by commas, found neither a file nor a second name: "
                    + FieldChecks.quote(given)
                    + ": correct the path, or add names, because a single label gets probability 1 for every image");
        }
        return ofNames(names);
    }

    private static Optional<Path> path(String given) {
        try {
            return Optional.of(Path.of(given));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /// Returns a label set of plain names: mode EXCLUSIVE, all names scored, no threshold. If any name has Chinese
    /// characters, the prompts are Chinese; otherwise they are English.
    ///
    /// @param names at least one; duplicates are ignored
    /// @throws IllegalArgumentException if the names are empty or one of them is not valid
    public static LabelSet ofNames(List<String> names) {
        List<String> distinct = names.stream().map(String::strip).distinct().toList();
        boolean chinese = distinct.stream()
                .flatMapToInt(String::codePoints)
                .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
        String language = chinese ? "zh" : "en";
        return new LabelSet(
                "inline",
                "sha256-" + digest(distinct),
                language,
                LabelSet.Mode.EXCLUSIVE,
                Math.max(1, distinct.size()),
                0,
                PromptTemplates.defaults(language),
                List.of(),
                distinct.stream()
                        .map(name -> Label.of(name, Map.of(language, name)))
                        .toList());
    }

    /// Returns the bundled default: about 200 everyday labels with English and Chinese names, displayed and
    /// prompted in English. Its mode is MULTI, so that an image that shows none of them gets no tag.
    public static LabelSet everyday() {
        return bundled(EVERYDAY);
    }

    /// Returns a bundled label set.
    ///
    /// @param name one of [#BUNDLED]
    public static LabelSet bundled(String name) {
        String resource = name + ".yaml";
        try (InputStream in = LabelSetFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("Expected the resource " + resource + " next to " + LabelSetFile.class
                        + ", found none: build again");
            }
            return read(in, resource);
        } catch (IOException | LabelSetException broken) {
            throw new IllegalStateException(
                    "Expected a readable resource " + resource + ", found: " + broken.getMessage() + ": build again",
                    broken);
        }
    }

    private static String text(InputStream in, String origin) throws LabelSetException {
        try {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new LabelSetException(
                        origin + ": expected at most " + MAX_BYTES + " bytes, found more: split the label set", null);
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException garbled) {
            throw new LabelSetException(origin + ": expected UTF-8, found other bytes: save it as UTF-8", garbled);
        } catch (IOException unreadable) {
            throw new LabelSetException(
                    origin + ": expected a readable label set, found " + unreadable + ": check where it comes from",
                    unreadable);
        }
    }

    private static String digest(List<String> names) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", names).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Expected SHA-256 in every JDK, found no such algorithm", impossible);
        }
    }
}
