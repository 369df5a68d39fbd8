package dev.clipstream.label;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The SHA-256 over the content of a label set. Equal label sets have the same digest in every process.
final class LabelSetDigest {
    private final DataOutputStream out;

    private LabelSetDigest(DataOutputStream out) {
        this.out = out;
    }

    /// Returns 64 lower-case hexadecimal digits.
    static String of(LabelSet set) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected a JDK with SHA-256", e);
        }
        try (DataOutputStream out =
                new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
            new LabelSetDigest(out).write(set);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void write(LabelSet set) throws IOException {
        text(set.name());
        text(set.version());
        text(set.language());
        text(set.promptLanguage());
        text(set.mode().name());
        out.writeInt(set.topK());
        out.writeDouble(set.threshold());
        texts(set.templates());
        texts(set.backgroundPrompts());
        out.writeInt(set.labels().size());
        for (Label label : set.labels()) {
            write(label);
        }
        text(set.description());
        text(set.modelFingerprint());
        AlertFilter alert = set.alert();
        out.writeBoolean(alert != null);
        if (alert != null) {
            texts(alert.attributes());
            texts(new TreeSet<>(alert.allTags()));
            texts(new TreeSet<>(alert.anyTags()));
            texts(new TreeSet<>(alert.noTags()));
        }
    }

    private void write(Label label) throws IOException {
        text(label.id());
        texts(label.names());
        texts(label.prompts());
        number(label.threshold());
        text(label.parent());
        texts(label.aliases());
        LabelCalibration calibration = label.calibration();
        out.writeBoolean(calibration != null);
        if (calibration != null) {
            out.writeDouble(calibration.slope());
            out.writeDouble(calibration.intercept());
            text(calibration.method().name());
            out.writeInt(calibration.media());
            number(calibration.positives());
            number(calibration.target());
            number(calibration.achieved());
            number(calibration.recall());
            number(calibration.brier());
        }
        out.writeInt(label.examples().size());
        for (LabelExample example : label.examples()) {
            text(example.source());
            out.writeBoolean(example.positive());
            byte[] vector = example.vector().toLittleEndian().array();
            out.writeInt(vector.length);
            out.write(vector);
        }
        out.writeDouble(label.exampleWeight());
    }

    private void texts(Map<String, String> texts) throws IOException {
        out.writeInt(texts.size());
        for (Map.Entry<String, String> entry : new TreeMap<>(texts).entrySet()) {
            text(entry.getKey());
            text(entry.getValue());
        }
    }

    private void texts(Collection<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            text(text);
        }
    }

    private void text(@Nullable String text) throws IOException {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text == null ? -1 : bytes.length);
        out.write(bytes);
    }

    private void number(@Nullable Number number) throws IOException {
        out.writeBoolean(number != null);
        if (number != null) {
            out.writeDouble(number.doubleValue());
        }
    }
}
