package dev.clipstream.label;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Where label sets come from: a YAML file, a list of names, or the bundled default.
///
/// ```yaml
/// name: pets
/// version: "1"
/// language: zh          # names that are shown; default en
/// promptLanguage: en    # names that the model is asked with; default: language
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
/// A label that is a bare text, `- cat`, has it as id and as name in the set's language.
public final class LabelSetFile {
    /// Largest file, in bytes: room for some 20,000 labels.
    public static final int MAX_BYTES = 3_000_000;

    private static final String EVERYDAY = "everyday.yaml";

    private LabelSetFile() {}

    /// Reads a YAML file.
    ///
    /// @throws LabelSetException if there is no such file or no such label set in it
    public static LabelSet read(Path file) throws LabelSetException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
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
    /// @param in     UTF-8, at most [#MAX_BYTES]; read to its end, left open
    /// @param origin what messages begin with
    /// @throws LabelSetException if there is no label set in it
    public static LabelSet read(InputStream in, String origin) throws LabelSetException {
        return LabelSetDecoder.decode(YamlTree.read(text(in, origin), origin), origin);
    }

    /// A label set of names given on a command line: exclusive, every name scored, no threshold. Names
    /// with Chinese characters are put into Chinese prompts, others into English ones.
    ///
    /// @param names at least one; one that comes again counts once
    /// @throws IllegalArgumentException if not
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

    /// The bundled default: about 200 everyday labels with English and Chinese names, shown and asked in
    /// English, mode MULTI, so that a picture of none of them gets no tag.
    public static LabelSet everyday() {
        try (InputStream in = LabelSetFile.class.getResourceAsStream(EVERYDAY)) {
            if (in == null) {
                throw new IllegalStateException("Expected the resource " + EVERYDAY + " beside " + LabelSetFile.class
                        + ", found none: build again");
            }
            return read(in, EVERYDAY);
        } catch (IOException | LabelSetException broken) {
            throw new IllegalStateException(
                    "Expected a readable resource " + EVERYDAY + ", found: " + broken.getMessage() + ": build again",
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
            throw new LabelSetException(
                    origin + ": expected UTF-8, found bytes that are none: save it as UTF-8", garbled);
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
            throw new IllegalStateException("SHA-256 was expected in every JDK, found none", impossible);
        }
    }
}
