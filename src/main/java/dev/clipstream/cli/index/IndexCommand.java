package dev.clipstream.cli.index;

import dev.clipstream.cli.option.IndexOption;
import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelsOption;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.Topics;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.search.Calibration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The media indexes of a store: one for each model.
@Command(
        name = "index",
        description = "Look after the media indexes: one for each model, of which one is live.",
        footer = {
            "",
            "A new model: instances with --model NEW and topics of their own fill its",
            "index beside the old one (docs/redis.md). When list tells as many media of",
            "both, switch moves the lookups of every instance that has the model, its",
            "own or in search.models, together with its towers. drop removes the old one."
        })
public final class IndexCommand {
    /// Media come and go while two indexes are counted.
    private static final double ENOUGH = 0.99;

    private static final int LEAST_CALIBRATED = 20;
    private static final int CALIBRATION_PAIRS = 50_000;

    @Spec
    private CommandSpec spec;

    @Command(name = "list", description = "Print every index, one JSON line each.")
    int list(@Mixin IndexOption.WithSet option) throws SettingException {
        JsonLines out = new JsonLines();
        try (MediaIndexes indexes = option.openToRead()) {
            for (IndexDescription index : indexes.list()) {
                out.write(line(index));
            }
        }
        return CommandLine.ExitCode.OK;
    }

    @Command(name = "create", description = "Create the index of a model, empty, if it is not there.")
    int create(@Mixin IndexOption.WithSet option, @Mixin ModelOption model) throws SettingException, ModelException {
        ModelIdentity identity;
        try (ClipModel clip = model.open()) {
            identity = clip.identity();
        }
        try (MediaIndexes indexes = option.openToCreate()) {
            new JsonLines().write(line(indexes.open(identity).describe()));
        }
        return CommandLine.ExitCode.OK;
    }

    @Command(
            name = "switch",
            description = {
                "Make an index the live one: what lookups over HTTP and clients in other languages ask.",
                "Refused if media would be missing: while it is being filled, or has fewer than the one that is live."
            })
    int switchTo(
            @Mixin IndexOption.WithSet option,
            @Parameters(paramLabel = "NAME", description = "The index.") String name,
            @Option(names = "--force", description = "Switch whatever is missing.") boolean force)
            throws SettingException {
        // looks as a reader does: the service may have the index open to write
        try (MediaIndexes seen = option.openToRead();
                MediaIndexes indexes = option.openToChange()) {
            IndexDescription wanted = find(seen, name).describe();
            long live = seen.live().map(index -> index.describe().media()).orElse(0L);
            if (!force && (wanted.filling() || wanted.media() < live * ENOUGH)) {
                spec.commandLine()
                        .getErr()
                        .println("clipstream index switch: an index with all media was expected, found " + name
                                + (wanted.filling() ? " still being filled" : "") + " with " + wanted.media()
                                + " media, where the live one has " + live
                                + ": wait until clipstream index list tells as many, or give --force");
                return Failures.INPUT_FAILED;
            }
            indexes.switchTo(name);
        }
        return CommandLine.ExitCode.OK;
    }

    @Command(name = "drop", description = "Remove an index that is not live, with all its media.")
    int drop(
            @Mixin IndexOption.WithSet option, @Parameters(paramLabel = "NAME", description = "The index.") String name)
            throws SettingException {
        try (MediaIndexes indexes = option.openToChange()) {
            indexes.drop(name);
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()), e);
        }
        return CommandLine.ExitCode.OK;
    }

    @Command(
            name = "verify",
            description = {
                "Count what the topics hold against what the index holds, and name what is missing, as one JSON"
                        + " object.",
                "Exit code 1 if something is. --set takes settings below index., too."
            })
    int verify(
            @Mixin IndexOption option,
            @Mixin KafkaOptions kafka,
            @Option(names = "--name", paramLabel = "NAME", description = "The index. Default: the live one.") @Nullable
                    String name,
            @Option(names = "--embedded-topic", paramLabel = "T", description = "Default: media.embedded.") @Nullable
                    String embedded,
            @Option(names = "--tagged-topic", paramLabel = "T", description = "Default: media.tagged.") @Nullable
                    String tagged)
            throws SettingException, IOException {
        Map<String, String> ours = kafka.takeIndexSettings();
        IndexVerification verification = new IndexVerification(kafka);
        try (MediaIndexes indexes = option.openToRead(ours)) {
            MediaIndex index = find(indexes, name);
            IndexVerification found = verification.verify(
                    index,
                    embedded == null ? Topics.DEFAULT.embedded() : embedded,
                    tagged == null ? Topics.DEFAULT.tagged() : tagged);
            new JsonLines().write(found.report(IndexName.of(index.model())));
            return found.isComplete() ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
        }
    }

    @Command(
            name = "calibrate",
            description = {
                "Measure what a cosine means for a model: those of pictures of its index with each other and with the",
                "labels' prompts, which have nothing to do with each other as a rule. The file is for search.calibration."
            })
    int calibrate(
            @Mixin IndexOption.WithSet option,
            @Mixin ModelOption model,
            @Mixin LabelsOption labels,
            @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where to write it.") Path out,
            @Option(
                            names = "--media",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "Media to draw pairs of, the ones uploaded last. Default: ${DEFAULT-VALUE}.")
                    int media)
            throws SettingException, ModelException, LabelSetException, IOException {
        if (media < 2) {
            throw new CommandLine.ParameterException(
                    spec.subcommands().get("calibrate"), "--media of at least 2 was expected, found " + media);
        }
        LabelSet set = labels.read();
        try (ClipModel clip = model.open();
                MediaIndexes indexes = option.openToRead()) {
            MediaIndex index = indexes.find(clip.identity())
                    .orElseThrow(() -> new IndexMissingException("The index " + IndexName.of(clip.identity())
                            + " was expected, found none: run the topology indexing, which fills it"));
            List<Embedding> vectors = index.newest(MediaFilter.ALL, 0, media).stream()
                    .flatMap(one -> index.vector(one.mediaId()).stream())
                    .toList();
            if (vectors.size() < LEAST_CALIBRATED) {
                throw new IndexMissingException("At least " + LEAST_CALIBRATED
                        + " media were expected in the index, found " + vectors.size() + ": upload more");
            }
            List<Embedding> prompts = clip.textEncoder()
                    .encode(set.labels().stream()
                            .map(label -> label.name(set.promptLanguage()))
                            .toList());
            Calibration found = Calibration.measure(clip.identity(), vectors, prompts, CALIBRATION_PAIRS, 1);
            found.write(out);
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("model", clip.identity().id());
            line.put("media", vectors.size());
            line.put("texts", prompts.size());
            line.put("picturesMedian", found.pictures().get(50));
            line.put("pictures99", found.pictures().get(99));
            line.put("textsMedian", found.texts().get(50));
            line.put("texts99", found.texts().get(99));
            new JsonLines().write(line);
        }
        return CommandLine.ExitCode.OK;
    }

    private static MediaIndex find(MediaIndexes indexes, @Nullable String name) {
        if (name == null) {
            return indexes.live()
                    .orElseThrow(() -> new IndexMissingException(
                            "A live index was expected, found none: run the topology indexing, which makes it"));
        }
        return indexes.list().stream()
                .filter(index -> index.name().equals(name))
                .flatMap(index -> indexes.find(index.model()).stream())
                .findFirst()
                .orElseThrow(() -> new IndexMissingException("An index named '" + name + "' was expected, found "
                        + indexes.list().stream().map(IndexDescription::name).toList()));
    }

    private static Map<String, Object> line(IndexDescription index) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", index.name());
        line.put("live", index.live());
        line.put("media", index.media());
        line.put("filling", index.filling());
        line.put("kind", index.kind());
        line.put("model", index.model().id());
        line.put("modelFingerprint", index.model().fingerprint());
        line.put("dim", index.model().dimension());
        line.put("failures", index.failures());
        line.put("settings", index.settings());
        return line;
    }
}
