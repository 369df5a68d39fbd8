package dev.clipstream.cli.label;

import dev.clipstream.cli.option.IndexOption;
import dev.clipstream.cli.option.LabelSetOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetWriter;
import dev.clipstream.label.feedback.Lesson;
import dev.clipstream.label.feedback.Verdicts;
import dev.clipstream.runtime.kafka.labels.LabelChanges;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.tag.FewShot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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

/// Makes a new version of a label set from people's verdicts.
@Command(
        name = "learn",
        description = {
            "Make a new version of a label set from people's verdicts: media that show a label, or do not, become its"
                    + " examples. Leave-one-out chooses how much they count.",
            "Prints what would be learned. --output writes the new version to a file, --apply writes it to the topic."
        },
        footer = {
            "",
            "The newest verdict of each person counts. Among persons the majority decides; a tie is no example.",
            "The same verdicts and the same index make the same version. Nothing new: exit code 0, and nothing is"
                    + " written."
        })
final class LabelsLearnCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final LabelSetOptions.Required kafka = new LabelSetOptions.Required();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Mixin
    private final FeedbackTopic feedback = new FeedbackTopic();

    @Mixin
    private final IndexOption index = new IndexOption();

    @Mixin
    private final ModelOption model = new ModelOption();

    @Option(names = "--output", paramLabel = "FILE.yaml", description = "Write the new version to a file.")
    private @Nullable Path output;

    @Option(names = "--apply", description = "Write the new version to the topic of label sets.")
    private boolean apply;

    @Option(
            names = "--max-examples",
            paramLabel = "N",
            description = "For each label, the newest N media that show it and the newest N that do not. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int most = 32;

    @Override
    public Integer call() throws IOException, ModelException, SettingException, InterruptedException {
        if (most < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--max-examples: expected at least 1, found " + most);
        }
        PrintWriter err = spec.commandLine().getErr();
        String name = kafka.requireLabelSet();
        Map<String, String> indexSettings = kafka.takeIndexSettings();
        LabelWriter writer = topic.open(kafka, apply ? AclOperation.WRITE : AclOperation.READ);
        Verdicts verdicts = feedback.read(kafka, name);
        try (ClipModel clip = model.open();
                MediaIndexes indexes = index.openToRead(indexSettings)) {
            Contents now = writer.read();
            Optional<LabelSet> base = LabelTopic.find(now, name, clip.identity());
            if (base.isEmpty()) {
                err.println("clipstream labels learn: " + topic.missing(now, name));
                return Failures.INPUT_FAILED;
            }
            LabelSet before = base.get();
            MediaIndex media = Library.index(indexes, clip.identity());
            List<Embedding> background = Library.sample(media, verdicts::mention);
            Lesson lesson = Lesson.of(
                    before,
                    clip.identity().fingerprint(),
                    verdicts,
                    media::vector,
                    Library.mean(background).orElse(null),
                    most);
            FewShot.Weighted weighted =
                    FewShot.chooseWeights(lesson.set(), clip.textEncoder(), clip.identity(), background);
            boolean changed = !weighted.set().equals(before);
            LabelSet learned =
                    changed ? weighted.set().withVersion(LabelChanges.nextVersion(before.version())) : before;
            WeightReport.print(weighted, err);
            say(err, lesson, before, learned, changed);
            Map<String, @Nullable Object> line = line(clip.identity(), lesson, weighted, learned, changed);
            if (changed && output != null) {
                Files.writeString(output, LabelSetWriter.write(learned));
                line.put("output", output.toString());
            }
            if (changed && apply) {
                line.put("offset", writer.write(found -> LabelChanges.apply(found, learned, now.version(name), false)));
            }
            new JsonLines().write(line);
            return CommandLine.ExitCode.OK;
        } catch (RefusedChangeException e) {
            err.println("clipstream labels learn: " + e.getMessage());
            return Failures.INPUT_FAILED;
        }
    }

    private static void say(PrintWriter err, Lesson lesson, LabelSet before, LabelSet learned, boolean changed) {
        if (lesson.contested() > 0) {
            err.println(lesson.contested() + " media are left out, because people do not agree about them");
        }
        if (lesson.missing() > 0) {
            err.println(lesson.missing() + " media are left out, because they are not in the index");
        }
        if (!lesson.unknown().isEmpty()) {
            err.println("verdicts are about labels that the set does not have: " + lesson.unknown());
        }
        for (int i = 0; i < before.labels().size(); i++) {
            if (before.labels().get(i).calibration() != null
                    && learned.labels().get(i).calibration() == null) {
                err.println(before.labels().get(i).id()
                        + " loses its calibration, because its vector changes: run clipstream labels calibrate");
            }
        }
        err.println(
                changed
                        ? "version " + before.version() + " → " + learned.version()
                        : "nothing new: version " + before.version() + " stays");
    }

    private static Map<String, @Nullable Object> line(
            ModelIdentity model, Lesson lesson, FewShot.Weighted weighted, LabelSet learned, boolean changed) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("labelSet", learned.name());
        line.put("version", learned.version());
        line.put("changed", changed);
        line.put("model", model.id());
        line.put("fingerprint", model.fingerprint());
        line.put("contested", lesson.contested());
        line.put("missing", lesson.missing());
        line.put("unknown", lesson.unknown());
        line.put("labels", WeightReport.json(weighted));
        return line;
    }
}
