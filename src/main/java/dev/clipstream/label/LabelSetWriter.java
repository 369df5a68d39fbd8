package dev.clipstream.label;

import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes a label set as YAML that [LabelSetFile#read] reads back to an equal label set.
///
/// Text is in double quotes unless every reader of YAML takes it for the same text. The file has one line for each
/// example, with its vector as base64 of little-endian float32 values. Equal label sets give the same file.
public final class LabelSetWriter {
    /// Words of letters and digits that start with a letter and contain nothing that YAML gives a meaning.
    private static final Pattern SAFE =
            Pattern.compile("\\p{L}[\\p{L}\\p{M}\\p{N}_./+-]*( [\\p{L}\\p{N}(][\\p{L}\\p{M}\\p{N}()_./+-]*)*");

    /// The specification of YAML 1.1 has these as truth values, although few readers follow it.
    private static final Pattern SHORT_TRUTH = Pattern.compile("[yYnN]");

    /// An escape takes at most ten characters.
    private static final int MAX_SIMPLE_KEY = 100;

    private final StringBuilder yaml = new StringBuilder();

    private LabelSetWriter() {}

    /// Returns the label set as YAML.
    public static String write(LabelSet set) {
        LabelSetWriter writer = new LabelSetWriter();
        writer.set(set);
        return writer.yaml.toString();
    }

    private void set(LabelSet set) {
        line("name: " + text(set.name()));
        line("version: " + quoted(set.version()));
        if (!set.description().isEmpty()) {
            line("description: " + text(set.description()));
        }
        line("language: " + text(set.language()));
        line("promptLanguage: " + text(set.promptLanguage()));
        line("mode: " + set.mode().name().toLowerCase(Locale.ROOT));
        line("topK: " + set.topK());
        line("threshold: " + number(set.threshold()));
        list("", "templates", set.templates());
        if (!set.backgroundPrompts().isEmpty()) {
            list("", "backgroundPrompts", set.backgroundPrompts());
        }
        if (set.modelFingerprint() != null) {
            line("modelFingerprint: " + quoted(set.modelFingerprint()));
        }
        if (set.alert() != null) {
            alert(set.alert());
        }
        line("labels:");
        set.labels().forEach(this::label);
    }

    private void alert(AlertFilter alert) {
        if (alert.equals(AlertFilter.ALL)) {
            line("alert: {}");
            return;
        }
        line("alert:");
        if (!alert.attributes().isEmpty()) {
            line("  attributes: " + pairs(alert.attributes()));
        }
        tags("allTags", alert.allTags());
        tags("anyTags", alert.anyTags());
        tags("noTags", alert.noTags());
    }

    private void tags(String key, Collection<String> tags) {
        if (!tags.isEmpty()) {
            line("  " + key + ": " + flow(new TreeSet<>(tags)));
        }
    }

    private void label(Label label) {
        line("  - id: " + text(label.id()));
        line("    names: " + pairs(label.names()));
        if (!label.aliases().isEmpty()) {
            line("    aliases: " + flow(label.aliases()));
        }
        if (label.parent() != null) {
            line("    parent: " + text(label.parent()));
        }
        if (label.threshold() != null) {
            line("    threshold: " + number(label.threshold()));
        }
        if (!label.prompts().isEmpty()) {
            list("    ", "prompts", label.prompts());
        }
        if (label.calibration() != null) {
            line("    calibration: " + calibration(label.calibration()));
        }
        if (label.exampleWeight() != 0) {
            line("    exampleWeight: " + number(label.exampleWeight()));
        }
        if (!label.examples().isEmpty()) {
            line("    examples:");
            for (LabelExample example : label.examples()) {
                byte[] vector = example.vector().toLittleEndian().array();
                line("      - {source: " + text(example.source()) + (example.positive() ? "" : ", positive: false")
                        + ", vector: \"" + Base64.getEncoder().encodeToString(vector) + "\"}");
            }
        }
    }

    private static String calibration(LabelCalibration calibration) {
        StringBuilder flow = new StringBuilder("{method: ")
                .append(calibration.method().name().toLowerCase(Locale.ROOT))
                .append(", slope: ")
                .append(number(calibration.slope()))
                .append(", intercept: ")
                .append(number(calibration.intercept()))
                .append(", media: ")
                .append(calibration.media());
        if (calibration.positives() != null) {
            flow.append(", positives: ").append(calibration.positives());
        }
        figure(flow, "target", calibration.target());
        figure(flow, "achieved", calibration.achieved());
        figure(flow, "recall", calibration.recall());
        figure(flow, "brier", calibration.brier());
        return flow.append("}").toString();
    }

    private static void figure(StringBuilder flow, String key, @Nullable Double value) {
        if (value != null) {
            flow.append(", ").append(key).append(": ").append(number(value));
        }
    }

    private void list(String indent, String key, List<String> texts) {
        if (texts.isEmpty()) {
            line(indent + key + ": []");
            return;
        }
        line(indent + key + ":");
        texts.forEach(text -> line(indent + "  - " + text(text)));
    }

    private static String flow(Collection<String> texts) {
        return texts.stream().map(LabelSetWriter::text).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String pairs(Map<String, String> pairs) {
        return new TreeMap<>(pairs)
                .entrySet().stream()
                        .map(pair -> key(pair.getKey()) + ": " + text(pair.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    /// Returns a key. Without a question mark, YAML allows at most 1,024 characters.
    private static String key(String key) {
        return (key.length() > MAX_SIMPLE_KEY ? "? " : "") + text(key);
    }

    private void line(String line) {
        yaml.append(line).append('\n');
    }

    /// Returns the number in a form that YAML 1.1 takes for one, too: its exponents have a sign.
    private static String number(double value) {
        String text = Double.toString(value);
        return text.contains("E-") ? text : text.replace("E", "E+");
    }

    private static String text(String text) {
        boolean plain = SAFE.matcher(text).matches()
                && YamlSurprise.of(text).isEmpty()
                && !SHORT_TRUTH.matcher(text).matches();
        return plain ? text : quoted(text);
    }

    /// Returns the text in double quotes, with an escape for each character that YAML does not allow as it is.
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(character -> {
            if (character == '"' || character == '\\') {
                quoted.append('\\').appendCodePoint(character);
            } else if (isPrintable(character)) {
                quoted.appendCodePoint(character);
            } else {
                quoted.append(String.format(Locale.ROOT, character > 0xFFFF ? "\\U%08X" : "\\u%04X", character));
            }
        });
        return quoted.append('"').toString();
    }

    /// Returns whether a character stands for itself in every reader. Line and paragraph separators do not, and a byte
    /// order mark is invisible.
    private static boolean isPrintable(int character) {
        return (character >= ' ' && character <= '~')
                || (character >= 0xA0
                        && character <= 0xFFFD
                        && character != 0x2028
                        && character != 0x2029
                        && character != 0xFEFF
                        && !(character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE))
                || character >= 0x10000;
    }
}
