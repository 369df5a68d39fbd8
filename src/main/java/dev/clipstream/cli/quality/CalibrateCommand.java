package dev.clipstream.cli.quality;

import dev.clipstream.cli.option.IndexOption;
import dev.clipstream.cli.option.LabelSetOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.option.LabelsOption;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelCalibration;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetWriter;
import dev.clipstream.runtime.kafka.labels.LabelChanges;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.tag.calibration.CalibratedSet;
import dev.clipstream.tag.calibration.FittedLabel;
import dev.clipstream.tag.calibration.LabelledFit;
import dev.clipstream.tag.calibration.UnlabelledFit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Makes a label set's probabilities measured ones.
@Command(
        name = "calibrate",
        description = {
            "Fit a logistic and a threshold for each label, and write a new version of the label set.",
            "With --truth, from media whose labels are known: thresholds reach --precision where they can. Without, from"
                    + " the distribution of the library's cosines: labels are assumed to be shown by --share of the media,"
                    + " on average.",
            "--set NAME takes the label set from the topic, --labels a file. --output writes the new version to a file,"
                    + " --apply to the topic. Without both, standard output gets it.",
            "A table on standard error; with --output or --apply, one JSON line on standard output."
        },
        footer = {
            "",
            "With --set NAME, a bundled label set is taken if the topic has none of that name. Exit code 1 if the topic has"
                    + " no such set, or somebody has changed it meanwhile."
        })
public final class CalibrateCommand implements Callable<Integer> {
    private static final double LEAST_SHARE = 0.001;
    private static final double GREATEST_SHARE = 0.2;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final LabelsOption labels = new LabelsOption();

    @Mixin
    private final IndexOption index = new IndexOption();

    @Mixin
    private final LabelSetOptions.IfNeeded kafka = new LabelSetOptions.IfNeeded();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Option(
            names = "--media",
            paramLabel = "DIR",
            description = "Images below a folder, in place of the vectors of an index.")
    private @Nullable Path media;

    @Option(
            names = "--truth",
            paramLabel = "FILE.csv",
            description =
                    "Which labels media show: columns media (id, or path below --media) and labels (ids, separated"
                            + " by semicolons).")
    private @Nullable Path truth;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "With --truth: the precision that each threshold should reach. Default: ${DEFAULT-VALUE}.")
    private double precision = 0.9;

    @Option(
            names = "--share",
            paramLabel = "S",
            description =
                    "Without --truth: the share of the media that show a label, on average over the labels. Default:"
                            + " one label for each medium.")
    private @Nullable Double share;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description =
                    "Without --truth: how many media to take; of a larger index, the newest and the oldest. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int sample = 10_000;

    @Option(
            names = "--new-version",
            paramLabel = "V",
            description = "The version of the calibrated label set. Default: the next number.")
    private @Nullable String version;

    @Option(names = "--output", paramLabel = "FILE.yaml", description = "The file for the calibrated label set.")
    private @Nullable Path output;

    @Option(names = "--apply", description = "Write the calibrated label set to the topic of label sets.")
    private boolean apply;

    @Override
    public Integer call()
            throws IOException, ModelException, LabelSetException, SettingException, InterruptedException {
        requireRanges();
        Optional<String> name = kafka.labelSet();
        requireOneSet(name);
        Map<String, String> indexSettings = kafka.takeIndexSettings();
        Optional<LabelWriter> writer = writer(name);
        Contents now = writer.map(LabelWriter::read).orElse(Contents.NONE);
        try (ClipModel clip = model.open()) {
            Optional<LabelSet> base =
                    name.isPresent() ? LabelTopic.find(now, name.get(), clip.identity()) : Optional.of(labels.read());
            if (base.isEmpty()) {
                return failed(topic.missing(now, name.orElse("")));
            }
            LabelSet set = base.get();
            Truth known = truth == null ? null : readTruth(truth, set);
            List<Embedding> vectors = vectors(clip, known, indexSettings);
            List<FittedLabel> fitted = fit(set, clip, known, vectors);
            LabelSet calibrated = calibrated(set, fitted, clip);
            print(fitted);
            Map<String, Object> line = line(clip, calibrated, vectors.size(), fitted);
            if (output != null) {
                Files.writeString(output, LabelSetWriter.write(calibrated));
                line.put("output", output.toString());
            }
            if (apply && writer.isPresent()) {
                String before = name.isPresent() ? now.version(name.get()) : null;
                line.put("offset", writer.get().write(found -> LabelChanges.apply(found, calibrated, before, false)));
            }
            if (output == null && !apply) {
                PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
                out.print(LabelSetWriter.write(calibrated));
                out.flush();
            } else {
                new JsonLines().write(line);
            }
            return CommandLine.ExitCode.OK;
        } catch (RefusedChangeException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private int failed(String message) {
        spec.commandLine().getErr().println("clipstream labels calibrate: " + message);
        return Failures.INPUT_FAILED;
    }

    private void requireOneSet(Optional<String> name) {
        if (name.isPresent() && labels.isGiven()) {
            throw wrong(
                    "--set: expected the name of a label set of the topic or --labels, found both. Remove one.", null);
        }
        if (apply && name.isEmpty() && !labels.isGiven()) {
            throw wrong("--apply: expected --set NAME or --labels FILE as well, found none. Add one.", null);
        }
    }

    /// Returns what reads and changes the topic, if the arguments need it.
    private Optional<LabelWriter> writer(Optional<String> name) throws IOException {
        if (name.isEmpty() && !apply) {
            kafka.requireNoProperties();
            return Optional.empty();
        }
        kafka.require(name.isPresent() ? "--set " + name.get() : "--apply");
        return Optional.of(topic.open(kafka, apply ? AclOperation.WRITE : AclOperation.READ));
    }

    private LabelSet calibrated(LabelSet set, List<FittedLabel> fitted, ClipModel clip) {
        try {
            return CalibratedSet.of(
                    set,
                    fitted,
                    version == null ? LabelChanges.nextVersion(set.version()) : version,
                    clip.identity().fingerprint());
        } catch (IllegalArgumentException e) {
            throw wrong("label set " + set.name() + ": " + e.getMessage(), e);
        }
    }

    private void requireRanges() {
        if (!(precision > 0 && precision <= 1)) {
            throw wrong("--precision: expected a share above 0, at most 1, found " + precision, null);
        }
        if (share != null && !(share > 0 && share <= 0.5)) {
            throw wrong("--share: expected a share above 0, at most 0.5, found " + share, null);
        }
        if (share != null && truth != null) {
            throw wrong("--share: expected no --truth, which holds the labels' shares, found both. Remove one.", null);
        }
        if (sample < UnlabelledFit.MIN_MEDIA) {
            throw wrong("--sample: expected at least " + UnlabelledFit.MIN_MEDIA + ", found " + sample, null);
        }
    }

    private CommandLine.ParameterException wrong(String message, @Nullable Throwable cause) {
        return new CommandLine.ParameterException(spec.commandLine(), message, cause);
    }

    private Truth readTruth(Path file, LabelSet set) throws IOException {
        try {
            return Truth.read(file, set);
        } catch (TruthException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        }
    }

    private List<Embedding> vectors(ClipModel clip, @Nullable Truth known, Map<String, String> indexSettings)
            throws IOException, SettingException {
        try {
            if (media != null) {
                return vectors(new MediaVectors.Folder(media, clip), known);
            }
            try (MediaIndexes indexes = index.openToRead(indexSettings)) {
                return vectors(MediaVectors.Index.of(indexes, clip), known);
            }
        } catch (TruthException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        }
    }

    private List<Embedding> vectors(MediaVectors source, @Nullable Truth known) throws IOException {
        return known == null || truth == null ? source.sample(sample) : source.of(known, truth);
    }

    private List<FittedLabel> fit(LabelSet set, ClipModel clip, @Nullable Truth known, List<Embedding> vectors)
            throws ModelException {
        ZeroShotTagger tagger;
        try (Progress _ = Progress.waiting("encoding the labels")) {
            tagger = ZeroShotTagger.create(set, clip.textEncoder(), clip.requireScoring(), clip.identity());
        }
        List<String> ids = set.labels().stream().map(Label::id).toList();
        if (known != null) {
            return new LabelledFit(precision)
                    .fit(ids, label -> tagger.cosines(label, vectors), label -> known.shows(ids.get(label)));
        }
        double assumed = share == null ? Math.clamp(1.0 / set.labels().size(), LEAST_SHARE, GREATEST_SHARE) : share;
        try {
            return new UnlabelledFit(assumed).fit(ids, label -> tagger.cosines(label, vectors));
        } catch (IllegalArgumentException e) {
            throw wrong((media == null ? "--index: " : "--media: ") + e.getMessage(), e);
        }
    }

    private void print(List<FittedLabel> fitted) {
        System.err.printf(
                Locale.ROOT,
                "%-28s %9s %9s %8s %8s %8s  %s%n",
                "label",
                "positives",
                "threshold",
                truth == null ? "share" : "precis.",
                "at least",
                "recall",
                "note");
        for (FittedLabel label : fitted) {
            LabelCalibration found = label.calibration();
            System.err.printf(
                    Locale.ROOT,
                    "%-28s %9s %9s %8s %8s %8s  %s%n",
                    label.label(),
                    found == null || found.positives() == null
                            ? "-"
                            : found.positives().toString(),
                    number(label.threshold()),
                    number(found == null ? null : found.achieved()),
                    number(label.precisionFloor()),
                    number(found == null ? null : found.recall()),
                    label.note() == null ? "" : label.note());
        }
    }

    private static String number(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }

    private Map<String, Object> line(ClipModel clip, LabelSet calibrated, int vectors, List<FittedLabel> fitted) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("labelSet", calibrated.name());
        line.put("version", calibrated.version());
        line.put("model", clip.identity().id());
        line.put("fingerprint", clip.identity().fingerprint());
        line.put("method", truth == null ? "unlabelled" : "labelled");
        line.put("media", vectors);
        line.put(
                "calibrated",
                fitted.stream().filter(label -> label.calibration() != null).count());
        line.put("labels", fitted.stream().map(CalibrateCommand::figures).toList());
        return line;
    }

    private static Map<String, Object> figures(FittedLabel label) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("label", label.label());
        LabelCalibration found = label.calibration();
        if (found != null) {
            figures.put("slope", found.slope());
            figures.put("intercept", found.intercept());
            figures.put("threshold", label.threshold());
            figures.put("positives", found.positives());
            figures.put("target", found.target());
            figures.put("achieved", found.achieved());
            figures.put("precisionFloor", label.precisionFloor());
            figures.put("recall", found.recall());
            figures.put("brier", found.brier());
        }
        if (label.note() != null) {
            figures.put("note", label.note());
        }
        return figures;
    }
}
