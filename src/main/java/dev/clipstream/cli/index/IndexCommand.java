package dev.clipstream.cli.index;

import dev.clipstream.cli.option.IndexOption;
import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelsOption;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.Progress;
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
import dev.clipstream.runtime.settings.DefaultLabels;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.search.Calibration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Manages the media indexes of a store: one per model.
@Command(
        name = "index",
        description = "Manage the media indexes: one per model, of which one is live.",
        footer = {
            "",
            "To change the model: run instances with --model NEW and separate topics,",
            "which fill a second index (docs/redis.md). When list shows as many media",
            "in both, switch moves searches to the new index and model, on every",
            "instance that has this model as its own or in search.models. drop removes",
            "the old index."
        })
public final class IndexCommand {
    /// The part of the live index's media that a new index must hold: counts change while both are read.
    private static final double MIN_SHARE = 0.99;

    private static final int MIN_CALIBRATED = 20;
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

    @Command(name = "create", description = "Create an empty index for a model, unless it exists.")
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
                "Make an index the live one, which the HTTP API and other clients search.",
                "Refused while the index is being filled or holds fewer media than the live one."
            })
    int switchTo(
            @Mixin IndexOption.WithSet option,
            @Parameters(paramLabel = "NAME", description = "The index.") String name,
            @Option(names = "--force", description = "Switch even if media are missing.") boolean force)
            throws SettingException {
        // opens the store for reading first: the service may have it open for writing
        try (MediaIndexes current = option.openToRead();
                MediaIndexes indexes = option.openToChange()) {
            IndexDescription target = find(current, name).describe();
            long live = current.live().map(index -> index.describe().media()).orElse(0L);
            if (!force && (target.filling() || target.media() < live * MIN_SHARE)) {
                spec.commandLine()
                        .getErr()
                        .println("clipstream index switch: expected all " + live + " media of the live index, found "
                                + target.media() + " in " + name
                                + (target.filling() ? ", which is still being filled" : "")
                                + ". Wait until clipstream index list shows as many, or use --force.");
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
                "Compare the topics with the index, and print counts and the media that differ as one JSON object.",
                "Exit code 1 if media are missing, or the index holds media that the topics do not have: deleted media"
                        + " that came back. --set also accepts settings below index."
            })
    int verify(
            @Mixin IndexOption option,
            @Mixin KafkaOptions kafka,
            @Option(names = "--name", paramLabel = "NAME", description = "The index. Default: the live one.") @Nullable
                    String name,
            @Option(names = "--embedded-topic", paramLabel = "T", description = "Default: media.embedded.") @Nullable
                    String embedded,
            @Option(names = "--tagged-topic", paramLabel = "T", description = "Default: media.tagged.") @Nullable
                    String tagged,
            @Option(
                            names = "--repair",
                            description = "Remove deleted media from the index. If the topic is not only compacted,"
                                    + " a medium counts as deleted only while the topic holds its deletion.")
                    boolean repair)
            throws SettingException, IOException {
        Map<String, String> indexSettings = kafka.takeIndexSettings();
        IndexVerification verification =
                new IndexVerification(kafka, Clock.systemUTC().instant());
        try (MediaIndexes indexes = repair ? option.openToChange(indexSettings) : option.openToRead(indexSettings);
                Progress _ = Progress.waiting("comparing the topics with the index")) {
            MediaIndex index = find(indexes, name);
            IndexVerification found = verification.verify(
                    index,
                    embedded == null ? Topics.DEFAULT.embedded() : embedded,
                    tagged == null ? Topics.DEFAULT.tagged() : tagged);
            if (repair) {
                found.repair(index);
            }
            new JsonLines().write(found.report(IndexName.of(index.model())));
            return found.isComplete() ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
        }
    }

    @Command(
            name = "calibrate",
            description = {
                "Measure the distribution of cosines of a model over unrelated pairs.",
                "The pairs are images of its index, with each other and with the prompts of labels. Writes a file for the"
                        + " setting search.calibration."
            })
    int calibrate(
            @Mixin IndexOption.WithSet option,
            @Mixin ModelOption model,
            @Mixin LabelsOption labels,
            @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.") Path out,
            @Option(
                            names = "--media",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description =
                                    "Number of media to draw pairs from, newest first. Default: ${DEFAULT-VALUE}.")
                    int media)
            throws SettingException, ModelException, LabelSetException, IOException {
        if (media < 2) {
            throw new CommandLine.ParameterException(
                    spec.subcommands().get("calibrate"), "--media: expected at least 2, found " + media);
        }
        Optional<LabelSet> named = labels.named();
        try (ClipModel clip = model.open();
                MediaIndexes indexes = option.openToRead()) {
            MediaIndex index = indexes.find(clip.identity())
                    .orElseThrow(() -> new IndexMissingException("Expected the index " + IndexName.of(clip.identity())
                            + ", found none. Run the topology indexing, which fills it."));
            List<Embedding> vectors = index.newest(MediaFilter.ALL, 0, media).stream()
                    .flatMap(one -> index.vector(one.mediaId()).stream())
                    .toList();
            if (vectors.size() < MIN_CALIBRATED) {
                throw new IndexMissingException("Expected at least " + MIN_CALIBRATED + " media in the index, found "
                        + vectors.size() + ". Upload more.");
            }
            LabelSet set = named.orElseGet(() -> DefaultLabels.of(clip.identity()));
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
                            "Expected a live index, found none. Run the topology indexing, which creates it."));
        }
        return indexes.list().stream()
                .filter(index -> index.name().equals(name))
                .flatMap(index -> indexes.find(index.model()).stream())
                .findFirst()
                .orElseThrow(() -> new IndexMissingException("Expected an index named '" + name + "', found "
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
