package dev.clipstream.label;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.LabelDefinition;
import dev.clipstream.event.LabelMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Converts label sets to the records of the topic `media.labels`, and back.
public final class LabelSetRecords {
    private LabelSetRecords() {}

    /// Returns the record of a label set.
    public static dev.clipstream.event.LabelSet of(LabelSet set) {
        return dev.clipstream.event.LabelSet.newBuilder()
                .setName(set.name())
                .setVersion(set.version())
                .setLanguage(set.language())
                .setPromptLanguage(set.promptLanguage())
                .setMode(
                        switch (set.mode()) {
                            case EXCLUSIVE -> LabelMode.EXCLUSIVE;
                            case MULTI -> LabelMode.MULTI;
                        })
                .setTopK(set.topK())
                .setThreshold(set.threshold())
                .setTemplates(set.templates())
                .setBackgroundPrompts(set.backgroundPrompts())
                .setLabels(set.labels().stream().map(LabelSetRecords::label).toList())
                .setDescription(set.description())
                .setModelFingerprint(set.modelFingerprint())
                .setAlert(alert(set.alert()))
                .build();
    }

    /// Returns the label set of a record.
    ///
    /// @throws LabelSetException if the record is no valid label set; the message starts with the path of the field
    public static LabelSet read(dev.clipstream.event.LabelSet written) throws LabelSetException {
        try {
            return new LabelSet(
                    written.getName(),
                    written.getVersion(),
                    written.getLanguage(),
                    written.getPromptLanguage(),
                    switch (written.getMode()) {
                        case EXCLUSIVE -> LabelSet.Mode.EXCLUSIVE;
                        case MULTI -> LabelSet.Mode.MULTI;
                    },
                    written.getTopK(),
                    written.getThreshold(),
                    written.getTemplates(),
                    written.getBackgroundPrompts(),
                    labels(written.getLabels()),
                    written.getDescription(),
                    written.getModelFingerprint(),
                    alert(written.getAlert()));
        } catch (IllegalArgumentException e) {
            throw new LabelSetException(String.valueOf(e.getMessage()), e);
        }
    }

    private static LabelDefinition label(Label label) {
        return LabelDefinition.newBuilder()
                .setId(label.id())
                // sorted, so that equal label sets have equal bytes
                .setNames(new TreeMap<>(label.names()))
                .setPrompts(label.prompts())
                .setThreshold(label.threshold())
                .setParent(label.parent())
                .setAliases(label.aliases())
                .setCalibration(calibration(label.calibration()))
                .setExamples(
                        label.examples().stream().map(LabelSetRecords::example).toList())
                .setExampleWeight(label.exampleWeight())
                .build();
    }

    private static List<Label> labels(List<LabelDefinition> written) {
        Label[] labels = new Label[written.size()];
        for (int i = 0; i < labels.length; i++) {
            LabelDefinition label = written.get(i);
            try {
                labels[i] = new Label(
                        label.getId(),
                        label.getNames(),
                        label.getPrompts(),
                        label.getThreshold(),
                        label.getParent(),
                        label.getAliases(),
                        calibration(label.getCalibration()),
                        examples(label.getExamples()),
                        label.getExampleWeight());
            } catch (InvalidLabelException invalid) {
                throw invalid.within("labels[" + i + "]");
            }
        }
        return List.of(labels);
    }

    private static dev.clipstream.event.@Nullable LabelCalibration calibration(@Nullable LabelCalibration one) {
        return one == null
                ? null
                : dev.clipstream.event.LabelCalibration.newBuilder()
                        .setSlope(one.slope())
                        .setIntercept(one.intercept())
                        .setMethod(one.method().name().toLowerCase(Locale.ROOT))
                        .setMedia(one.media())
                        .setPositives(one.positives())
                        .setTarget(one.target())
                        .setAchieved(one.achieved())
                        .setRecall(one.recall())
                        .setBrier(one.brier())
                        .build();
    }

    private static @Nullable LabelCalibration calibration(dev.clipstream.event.@Nullable LabelCalibration written) {
        return written == null
                ? null
                : new LabelCalibration(
                        written.getSlope(),
                        written.getIntercept(),
                        method(written.getMethod()),
                        written.getMedia(),
                        written.getPositives(),
                        written.getTarget(),
                        written.getAchieved(),
                        written.getRecall(),
                        written.getBrier());
    }

    private static LabelCalibration.Method method(String written) {
        return switch (written) {
            case "labelled" -> LabelCalibration.Method.LABELLED;
            case "unlabelled" -> LabelCalibration.Method.UNLABELLED;
            default ->
                throw new InvalidLabelException(
                        "calibration.method",
                        "expected labelled or unlabelled, found " + FieldChecks.quote(written) + ": calibrate again");
        };
    }

    private static dev.clipstream.event.LabelExample example(LabelExample example) {
        return dev.clipstream.event.LabelExample.newBuilder()
                .setSource(example.source())
                .setPositive(example.positive())
                .setVector(example.vector().toLittleEndian())
                .build();
    }

    private static List<LabelExample> examples(List<dev.clipstream.event.LabelExample> written) {
        LabelExample[] examples = new LabelExample[written.size()];
        for (int i = 0; i < examples.length; i++) {
            dev.clipstream.event.LabelExample one = written.get(i);
            Embedding vector;
            try {
                vector = Embedding.fromLittleEndian(one.getVector());
            } catch (IllegalArgumentException e) {
                throw new InvalidLabelException("examples[" + i + "].vector", String.valueOf(e.getMessage()));
            }
            try {
                examples[i] = new LabelExample(one.getSource(), one.getPositive(), vector);
            } catch (InvalidLabelException invalid) {
                throw invalid.within("examples[" + i + "]");
            }
        }
        return List.of(examples);
    }

    private static dev.clipstream.event.@Nullable AlertFilter alert(@Nullable AlertFilter alert) {
        return alert == null
                ? null
                : dev.clipstream.event.AlertFilter.newBuilder()
                        .setAttributes(new TreeMap<>(alert.attributes()))
                        .setAllTags(List.copyOf(new TreeSet<>(alert.allTags())))
                        .setAnyTags(List.copyOf(new TreeSet<>(alert.anyTags())))
                        .setNoTags(List.copyOf(new TreeSet<>(alert.noTags())))
                        .build();
    }

    private static @Nullable AlertFilter alert(dev.clipstream.event.@Nullable AlertFilter written) {
        return written == null
                ? null
                : new AlertFilter(
                        Map.copyOf(written.getAttributes()),
                        Set.copyOf(written.getAllTags()),
                        Set.copyOf(written.getAnyTags()),
                        Set.copyOf(written.getNoTags()));
    }
}
