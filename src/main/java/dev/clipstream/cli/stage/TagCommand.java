package dev.clipstream.cli.stage;

import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.input.Inputs;
import dev.clipstream.cli.input.Inputs.Input;
import dev.clipstream.cli.option.LabelsOption;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.OrderedLines;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.cli.output.Terminal;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.region.Box;
import dev.clipstream.region.OccludedImage;
import dev.clipstream.runtime.settings.BundledModel;
import dev.clipstream.runtime.settings.DefaultLabels;
import dev.clipstream.tag.PromptLanguages;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Prints the zero-shot tags of images.
@Command(
        name = "tag",
        description = {
            "Print the zero-shot tags of images, best first.",
            "Output in a pipe, or with --json: one line per image, {\"input\",\"tags\":[{\"label\",\"probability\",\"cosine\"}…]}",
            "A tag of a label with a parent brings the parent, too: {…,\"derivedFrom\"} names the narrower label."
        })
public final class TagCommand implements Callable<Integer> {
    private static final String HEADER =
            String.format(Locale.ROOT, "%-36s  %11s  %6s  %s", "image", "probability", "cosine", "label");

    @Spec
    private CommandSpec spec;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final LabelsOption labels = new LabelsOption();

    @Mixin
    private final Inputs.Images images = new Inputs.Images();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--decode", paramLabel = "fast|exact", description = "Default: ${DEFAULT-VALUE}.")
    private DecodeMode decode = DecodeMode.FAST;

    @Option(names = "--all", description = "Print every label with its score, including those below the threshold.")
    private boolean all;

    @Option(
            names = "--boxes",
            description =
                    "Print where in the image each tag is: \"box\":{\"x\",\"y\",\"width\",\"height\"}, shares of the image's sides from its upper left corner. Takes 50 times as long.")
    private boolean boxes;

    @Override
    public Integer call() throws ModelException, LabelSetException {
        if (!images.given()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "expected at least one image: a file, folder, glob or URL, as an argument or with --image");
        }
        Optional<LabelSet> named = labels.named();
        List<Input> inputs = images.all();
        try (ClipModel clip = model.open();
                ImageFileEmbedder embedder = new ImageFileEmbedder(clip, decode)) {
            if (BundledModel.is(clip.identity()) && !output.asksForJson()) {
                spec.commandLine().getErr().println("clipstream tag: " + BundledModel.notice("tag"));
            }
            LabelSet set = named.orElseGet(() -> DefaultLabels.of(clip.identity()));
            Optional<String> unread = PromptLanguages.refusal(set, clip.identity());
            if (unread.isPresent()) {
                throw new LabelSetException("--labels: " + unread.get(), null);
            }
            ZeroShotTagger tagger = tagger(set, clip);
            tagger.warnings()
                    .forEach(warning -> spec.commandLine().getErr().println("clipstream tag: --labels: " + warning));
            try (Progress progress = output.progress("tagging", inputs.size())) {
                OrderedLines lines =
                        new OrderedLines(output.writer(HEADER, TagCommand::rows), progress, ImageFileEmbedder.window());
                for (Input input : inputs) {
                    if (!lines.add(
                            input.name(),
                            input instanceof Input.Unreadable(String file, String error)
                                    ? CompletableFuture.completedFuture(OutputLine.of("input", file, "error", error))
                                    : tagged(embedder, tagger, input.name()))) {
                        break;
                    }
                }
                return lines.finish() ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
            }
        }
    }

    private CompletableFuture<Map<String, Object>> tagged(
            ImageFileEmbedder embedder, ZeroShotTagger tagger, String image) {
        return boxes
                ? embedder.embedParts(image)
                        .thenApply(parts -> line(
                                image,
                                tags(tagger, parts.image()).stream()
                                        .map(tag -> tag(tag, box(tagger, tag, parts)))
                                        .toList()))
                : embedder.embed(image)
                        .thenApply(vector -> line(
                                image,
                                tags(tagger, vector).stream()
                                        .map(TagCommand::tag)
                                        .toList()));
    }

    /// Returns where a label is. A broader label is where the narrower one is that brought it.
    private static Optional<Box> box(ZeroShotTagger tagger, ScoredLabel tag, OccludedImage image) {
        return tagger.lead(tag.derivedFrom() == null ? tag.labelId() : tag.derivedFrom())
                .flatMap(image::box);
    }

    private static ZeroShotTagger tagger(LabelSet labelSet, ClipModel clip) throws ModelException {
        Scoring scoring = clip.requireScoring();
        try (Progress _ = Progress.waiting("encoding the labels")) {
            return ZeroShotTagger.create(labelSet, clip.textEncoder(), scoring, clip.identity());
        }
    }

    /// Returns a row for each tag; only the first one names the image.
    private static List<String> rows(Map<String, ?> line) {
        String image = Terminal.text(String.valueOf(line.get("input")));
        List<String> rows = new ArrayList<>();
        if (line.get("tags") instanceof List<?> tags) {
            for (Object tag : tags) {
                if (tag instanceof Map<?, ?> members) {
                    rows.add(String.format(
                            Locale.ROOT,
                            "%-36s  %11s  %6s  %s",
                            rows.isEmpty() ? image : "",
                            Terminal.decimals(members.get("probability")),
                            Terminal.decimals(members.get("cosine")),
                            Terminal.text(String.valueOf(members.get("label")))));
                }
            }
        }
        return rows.isEmpty()
                ? List.of(String.format(Locale.ROOT, "%-36s  (no label reached its threshold)", image))
                : rows;
    }

    private List<ScoredLabel> tags(ZeroShotTagger tagger, Embedding vector) {
        return all ? tagger.scoreAll(vector) : tagger.tag(vector);
    }

    private static Map<String, Object> line(String input, List<Map<String, Object>> tags) {
        return OutputLine.of("input", input, "tags", tags);
    }

    /// @param box where the label is; empty: no part of the image speaks for it
    private static Map<String, Object> tag(ScoredLabel label, Optional<Box> box) {
        Map<String, Object> tag = tag(label);
        box.ifPresent(found -> {
            Map<String, Object> sides = new LinkedHashMap<>();
            sides.put("x", found.left());
            sides.put("y", found.top());
            sides.put("width", found.width());
            sides.put("height", found.height());
            tag.put("box", sides);
        });
        return tag;
    }

    private static Map<String, Object> tag(ScoredLabel label) {
        Map<String, Object> tag = new LinkedHashMap<>();
        tag.put("label", label.labelId());
        tag.put("probability", label.probability());
        tag.put("cosine", label.cosine());
        if (label.derivedFrom() != null) {
            tag.put("derivedFrom", label.derivedFrom());
        }
        return tag;
    }
}
