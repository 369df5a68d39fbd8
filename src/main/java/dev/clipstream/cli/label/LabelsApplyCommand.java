package dev.clipstream.cli.label;

import dev.clipstream.cli.option.IndexOption;
import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.clip.ModelException;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.kafka.labels.LabelChanges;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Decision;
import dev.clipstream.runtime.kafka.labels.RefusedLabelsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Writes a label set file to the topic of label sets.
@Command(
        name = "apply",
        description = {
            "Write a label set to its topic. Every instance applies it without a restart.",
            "A set that the topic has already is not written again."
        },
        footer = {
            "",
            "Prints one line of JSON: name, version, written, offset. Messages go to standard error.",
            "Exit code 1 if the set is refused: it is not valid, the model cannot tag with it, its version is taken, or"
                    + " the topic has another version than --expect-version."
        })
final class LabelsApplyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Mixin
    private final CheckingModel model = new CheckingModel();

    @Mixin
    private final IndexOption index = new IndexOption();

    @Parameters(
            paramLabel = "FILE|NAME",
            description = "The label set: a file (YAML), or a bundled one: everyday, moderation.")
    private String file = "";

    @Option(names = "--dry-run", description = "Check the set and print what would change; write nothing.")
    private boolean dryRun;

    @Option(
            names = "--expect-version",
            paramLabel = "V",
            description = "Write only if the topic has this version now; an empty value: only if it has none.")
    private @Nullable String expectedVersion;

    @Option(
            names = "--bump",
            description = "If the content changed and the version did not, write it with the next version.")
    private boolean bump;

    @Mixin
    private final RetaggingWait wait = new RetaggingWait();

    @Override
    public Integer call() throws IOException, ModelException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        LabelSet set;
        try (ExampleFiles examples = new ExampleFiles(Path.of(file), model, index, kafka.takeIndexSettings())) {
            set = LabelSetFile.isBundled(file) ? LabelSetFile.bundled(file) : examples.read(err);
            model.check(set).forEach(warning -> err.println("clipstream labels apply: " + file + ": " + warning));
        } catch (LabelSetException e) {
            err.println("clipstream labels apply: " + e.getMessage());
            return Failures.INPUT_FAILED;
        } catch (RefusedLabelsException e) {
            err.println("clipstream labels apply: " + file + ": " + e.getMessage());
            return Failures.INPUT_FAILED;
        }
        LabelWriter writer = topic.open(kafka, AclOperation.WRITE);
        try (RetaggingWait.Begun begun = wait.begin(kafka)) {
            return dryRun ? dryRun(writer.read(), set, err) : write(writer, set, begun, err);
        } catch (RefusedChangeException e) {
            err.println("clipstream labels apply: " + file + ": " + e.getMessage());
            return Failures.INPUT_FAILED;
        }
    }

    private int dryRun(Contents now, LabelSet set, PrintWriter err) throws RefusedChangeException {
        Decision decision = LabelChanges.apply(now, set, expectedVersion, bump);
        LabelSet changed = decision.set() == null ? set : decision.set();
        LabelDifferences.print(now.find(set.name()), changed, err);
        print(changed, false, -1);
        return CommandLine.ExitCode.OK;
    }

    private int write(LabelWriter writer, LabelSet set, RetaggingWait.Begun begun, PrintWriter err)
            throws RefusedChangeException, InterruptedException {
        Written written = new Written(set);
        long offset = writer.write(now -> {
            Decision decision = LabelChanges.apply(now, set, expectedVersion, bump);
            written.decided(now, decision);
            return decision;
        });
        if (offset < 0) {
            err.println("clipstream labels apply: the topic has version " + set.version() + " of " + set.name()
                    + " already");
        } else {
            LabelDifferences.print(written.before, written.after, err);
        }
        print(written.after, offset >= 0, offset);
        if (offset >= 0) {
            Optional<String> failure = begun.await(offset);
            failure.ifPresent(message -> err.println("clipstream labels apply: " + message));
            return failure.isPresent() ? Failures.INPUT_FAILED : CommandLine.ExitCode.OK;
        }
        return CommandLine.ExitCode.OK;
    }

    /// What the last decision changes.
    private static final class Written {
        private Optional<LabelSet> before = Optional.empty();
        private LabelSet after;

        Written(LabelSet set) {
            this.after = set;
        }

        void decided(Contents now, Decision decision) {
            before = now.find(decision.name());
            if (decision.set() != null) {
                after = decision.set();
            }
        }
    }

    private static void print(LabelSet set, boolean written, long offset) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", set.name());
        line.put("version", set.version());
        line.put("written", written);
        if (written) {
            line.put("offset", offset);
        }
        new JsonLines().write(line);
    }
}
