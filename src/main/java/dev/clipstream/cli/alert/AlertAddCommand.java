package dev.clipstream.cli.alert;

import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.StandingQuery;
import dev.clipstream.label.StandingQuery.Picture;
import dev.clipstream.runtime.kafka.labels.KafkaStandingQueries;
import dev.clipstream.search.SearchException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Adds or replaces a standing query.
@Command(
        name = "add",
        description = {
            "Add a standing query, or replace the one of that name.",
            "A text competes with unspecific texts and those of --not; its score is a probability among them, until"
                    + " clipstream labels calibrate measures it. A picture has no such background: its score is one half"
                    + " at --min-cosine."
        })
final class AlertAddCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Mixin
    private final ModelOption model = new ModelOption();

    @Parameters(index = "0", paramLabel = "NAME", description = "The name, which each alert has.")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private QueryOptions query = new QueryOptions();

    /// The query: exactly one of these.
    static final class QueryOptions {
        @Option(names = "--text", paramLabel = "T", description = "A description of the image.")
        private @Nullable String text;

        @Option(
                names = "--image",
                paramLabel = "FILE",
                description = "A picture that matches resemble. --model must be the model of the stream.")
        private @Nullable String image;
    }

    @Option(
            names = "--not",
            paramLabel = "T",
            description = "A text that --text competes with; may be given several times.")
    private List<String> not = new ArrayList<>();

    @Option(
            names = "--language",
            paramLabel = "TAG",
            defaultValue = "en",
            description = "The language of the texts, which the model reads. Default: ${DEFAULT-VALUE}.")
    private String language = "en";

    @Option(
            names = "--attribute",
            paramLabel = "NAME=VALUE",
            description = "Only media with this attribute; may be given several times.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(names = "--tags", split = ",", paramLabel = "ID", description = "Only media with all of these label ids.")
    private Set<String> all = new LinkedHashSet<>();

    @Option(
            names = "--any-tags",
            split = ",",
            paramLabel = "ID",
            description = "Only media with at least one of these label ids.")
    private Set<String> any = new LinkedHashSet<>();

    @Option(
            names = "--no-tags",
            split = ",",
            paramLabel = "ID",
            description = "Only media with none of these label ids.")
    private Set<String> none = new LinkedHashSet<>();

    @Option(
            names = "--min-score",
            paramLabel = "P",
            description = "Minimum probability of a match, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double minScore = StandingQuery.DEFAULT_PROBABILITY;

    @Option(
            names = "--min-cosine",
            paramLabel = "C",
            description = "With --image: the cosine at which the score is one half. Default: ${DEFAULT-VALUE}.")
    private double minCosine = Picture.DEFAULT_COSINE;

    @Override
    public Integer call() throws IOException, ModelException {
        AlertFilter filter = new AlertFilter(attributes, all, any, none);
        StandingQuery added;
        try {
            Picture picture = null;
            if (query.image != null) {
                picture = picture(query.image);
            }
            added = new StandingQuery(name, language, query.text, not, picture, minScore, filter);
            added.labelSet();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException || e.getCause() instanceof ImageException) {
                return failed(query.image + ": " + Failures.explain((Exception) e.getCause()));
            }
            throw e;
        }
        try {
            LabelSet stored = new KafkaStandingQueries(topic.open(kafka, AclOperation.WRITE)).put(added, false);
            spec.commandLine()
                    .getErr()
                    .println("clipstream alerts: '" + name + "' is on the topic, version " + stored.version()
                            + ". Read its matches with clipstream consume alerts.");
            return CommandLine.ExitCode.OK;
        } catch (SearchException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private Picture picture(String file) throws ModelException {
        try (ClipModel clip = model.open();
                ImageFileEmbedder embedder = new ImageFileEmbedder(clip, DecodeMode.EXACT)) {
            return new Picture(
                    file,
                    embedder.embed(file).join(),
                    clip.identity().fingerprint(),
                    minCosine,
                    clip.requireScoring().scale());
        }
    }

    private int failed(String message) {
        spec.commandLine().getErr().println("clipstream alerts: " + message);
        return Failures.INPUT_FAILED;
    }
}
