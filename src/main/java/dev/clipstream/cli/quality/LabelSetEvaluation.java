package dev.clipstream.cli.quality;

import dev.clipstream.cli.option.IndexOption;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.option.OptionalKafkaOptions;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.tag.evaluation.Counts;
import dev.clipstream.tag.evaluation.LabelOutcomes;
import dev.clipstream.tag.evaluation.LabelQuality;
import dev.clipstream.tag.evaluation.Reliability;
import dev.clipstream.tag.evaluation.SetQuality;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options of `evaluate --label-set`, and the evaluation: measures a label set on media whose labels are known. It
/// trains nothing and needs no training engine.
public final class LabelSetEvaluation {
    /// Pairs of a medium and a label, which take 10 bytes each.
    private static final long MAX_PAIRS = 50_000_000;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--truth",
            paramLabel = "FILE.csv",
            description = "With --label-set: which labels media show. Columns media (an image's path or a media id) and"
                    + " labels (ids, separated by semicolons).")
    private @Nullable Path truth;

    @Option(
            names = "--media",
            paramLabel = "DIR",
            description = "With --label-set: the folder that paths in --truth start at. Default: that of the file.")
    private @Nullable Path media;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "With --label-set: draw a reliability diagram and precision-recall curves as PNG files.")
    private @Nullable Path output;

    @Mixin
    private final IndexOption index = new IndexOption();

    @Mixin
    private final OptionalKafkaOptions kafka = new OptionalKafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    /// Measures a label set: a table on standard error, one JSON line on standard output.
    ///
    /// @param named a file, a bundled label set or, with bootstrap servers, a label set of the topic, which comes
    ///              before a bundled one
    /// @return the exit code
    /// @throws CommandLine.ParameterException if the truth is not valid or names media that cannot be read
    /// @throws LabelSetException              if the file holds no valid label set
    public int measure(String named, ModelOption model)
            throws IOException, ModelException, SettingException, LabelSetException {
        if (truth == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--label-set: expected --truth FILE.csv as well, found none. Add it.");
        }
        Map<String, String> indexSettings = kafka.takeIndexSettings();
        try (ClipModel clip = model.open()) {
            Optional<LabelSet> found = find(named, clip);
            if (found.isEmpty()) {
                return Failures.INPUT_FAILED;
            }
            LabelSet set = found.get();
            Truth known = Truth.read(truth, set);
            if ((long) known.media().size() * set.labels().size() > MAX_PAIRS) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "--truth: expected at most " + MAX_PAIRS + " pairs of a medium and a label, found "
                                + known.media().size() + " media and "
                                + set.labels().size() + " labels. Take fewer media.");
            }
            SetQuality quality = SetQuality.of(outcomes(set, clip, known, vectors(clip, known, truth, indexSettings)));
            print(quality);
            List<Path> charts =
                    output == null ? List.of() : QualityCharts.write(quality, set.name() + " " + set.version(), output);
            new JsonLines().write(line(set, clip, quality, charts));
            return CommandLine.ExitCode.OK;
        } catch (TruthException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<LabelSet> find(String named, ClipModel clip) throws IOException, LabelSetException {
        if (!kafka.isGiven()) {
            kafka.requireNoProperties();
        }
        if (LabelSetFile.isFile(named)) {
            return Optional.of(LabelSetFile.read(Path.of(named)));
        }
        Contents now = kafka.isGiven() ? topic.open(kafka, AclOperation.READ).read() : Contents.NONE;
        Optional<LabelSet> found = LabelTopic.find(now, named, clip.identity());
        if (found.isEmpty() && !kafka.isGiven()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--label-set: expected a file, one of the bundled label sets " + LabelSetFile.BUNDLED
                            + " or, with --bootstrap-servers, the name of a label set on the topic, found '" + named
                            + "'. Correct the path, or add --bootstrap-servers.");
        }
        if (found.isEmpty()) {
            spec.commandLine().getErr().println("clipstream evaluate: --label-set: " + topic.missing(now, named));
        }
        return found;
    }

    private List<Embedding> vectors(ClipModel clip, Truth known, Path file, Map<String, String> indexSettings)
            throws IOException, SettingException {
        if (media == null && index.isGiven()) {
            try (MediaIndexes indexes = index.openToRead(indexSettings)) {
                return MediaVectors.Index.of(indexes, clip).of(known, file);
            }
        }
        Path folder = media == null ? file.toAbsolutePath().resolveSibling(".").normalize() : media;
        return new MediaVectors.Folder(folder, clip).of(known, file);
    }

    private List<LabelOutcomes> outcomes(LabelSet set, ClipModel clip, Truth known, List<Embedding> vectors)
            throws ModelException {
        ZeroShotTagger tagger;
        try (Progress _ = Progress.waiting("encoding the labels")) {
            tagger = ZeroShotTagger.create(set, clip.textEncoder(), clip.requireScoring(), clip.identity());
        }
        tagger.warnings()
                .forEach(
                        warning -> spec.commandLine().getErr().println("clipstream evaluate: --label-set: " + warning));
        return LabelOutcomes.of(tagger, vectors, known::shows);
    }

    private static void print(SetQuality quality) {
        row("label", "shown", "tagged", "precis.", "recall", "F1", "AP", "Brier", "ECE");
        for (LabelQuality label : quality.labels()) {
            if (label.counts().shown() > 0 || label.counts().tagged() > 0) {
                row(
                        label.label(),
                        label.counts(),
                        label.curve().averagePrecision(),
                        label.brier(),
                        label.calibrationError());
            }
        }
        System.err.println();
        row(
                "all tags (micro)",
                quality.micro(),
                Double.NaN,
                quality.brier(),
                quality.reliability().expectedCalibrationError());
        row(
                "mean of labels (macro)",
                "",
                "",
                number(quality.macro(label -> label.counts().precision())),
                number(quality.macro(label -> label.counts().recall())),
                number(quality.macro(label -> label.counts().f1())),
                number(quality.macro(label -> label.curve().averagePrecision())),
                number(quality.macro(LabelQuality::brier)),
                number(quality.macro(LabelQuality::calibrationError)));
        System.err.printf(
                Locale.ROOT,
                "%ntags: mean probability %.3f, precision %.3f; media that show none of the labels: %d, without a tag: %d%n",
                quality.meanOfTags(),
                quality.micro().precision(),
                quality.withoutLabel(),
                quality.withoutLabelFree());
    }

    private static void row(String name, Counts counts, double averagePrecision, double brier, double error) {
        row(
                name,
                String.valueOf(counts.shown()),
                String.valueOf(counts.tagged()),
                number(counts.precision()),
                number(counts.recall()),
                number(counts.f1()),
                number(averagePrecision),
                number(brier),
                number(error));
    }

    private static void row(String name, String... cells) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-28s", name));
        for (String cell : cells) {
            line.append(String.format(Locale.ROOT, " %8s", cell));
        }
        System.err.println(line);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
    }

    private static Map<String, Object> line(LabelSet set, ClipModel clip, SetQuality quality, List<Path> charts) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("labelSet", set.name());
        line.put("version", set.version());
        line.put("model", clip.identity().id());
        line.put("fingerprint", clip.identity().fingerprint());
        line.put("media", quality.media());
        line.put("micro", figures(quality.micro()));
        Map<String, Object> macro = new LinkedHashMap<>();
        macro.put("precision", quality.macro(label -> label.counts().precision()));
        macro.put("recall", quality.macro(label -> label.counts().recall()));
        macro.put("f1", quality.macro(label -> label.counts().f1()));
        macro.put("averagePrecision", quality.macro(label -> label.curve().averagePrecision()));
        line.put("macro", macro);
        line.put("brier", quality.brier());
        line.put("calibrationError", quality.reliability().expectedCalibrationError());
        line.put("calibrationErrorOfTags", quality.calibrationErrorOfTags());
        line.put("withoutLabel", Map.of("media", quality.withoutLabel(), "untagged", quality.withoutLabelFree()));
        line.put(
                "reliability",
                quality.reliability().bins().stream()
                        .map(LabelSetEvaluation::bin)
                        .toList());
        line.put(
                "labels",
                quality.labels().stream().map(LabelSetEvaluation::figures).toList());
        line.put("charts", charts.stream().map(Path::toString).toList());
        return line;
    }

    private static Map<String, Object> figures(Counts counts) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("shown", counts.shown());
        figures.put("tagged", counts.tagged());
        figures.put("right", counts.right());
        figures.put("precision", counts.precision());
        figures.put("recall", counts.recall());
        figures.put("f1", counts.f1());
        return figures;
    }

    private static Map<String, Object> figures(LabelQuality label) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("label", label.label());
        figures.putAll(figures(label.counts()));
        figures.put("averagePrecision", label.curve().averagePrecision());
        figures.put("brier", label.brier());
        figures.put("calibrationError", label.calibrationError());
        return figures;
    }

    private static Map<String, Object> bin(Reliability.Bin bin) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("from", bin.from());
        members.put("count", bin.count());
        members.put("meanProbability", bin.meanProbability());
        members.put("observed", bin.observed());
        return members;
    }
}
