package dev.clipstream.cli.stage;

import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.input.Inputs;
import dev.clipstream.cli.input.Inputs.Input;
import dev.clipstream.cli.option.LabelsOption;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.OrderedLines;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
            "Print the zero-shot tags of images, best first, one JSON line per image.",
            "Output: {\"input\",\"tags\":[{\"label\",\"probability\",\"cosine\"}…]}"
        })
public final class TagCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final LabelsOption labels = new LabelsOption();

    @Mixin
    private final Inputs.Images images = new Inputs.Images();

    @Option(names = "--decode", paramLabel = "fast|exact", description = "Default: ${DEFAULT-VALUE}.")
    private DecodeMode decode = DecodeMode.FAST;

    @Option(names = "--all", description = "Print every label with its score, including those below the threshold.")
    private boolean all;

    @Override
    public Integer call() throws ModelException, LabelSetException {
        LabelSet labelSet = labels.read();
        try (ClipModel clip = model.open();
                ImageFileEmbedder embedder = new ImageFileEmbedder(clip, decode)) {
            ZeroShotTagger tagger =
                    ZeroShotTagger.create(labelSet, clip.textEncoder(), clip.scoring(), clip.identity());
            tagger.warnings()
                    .forEach(warning -> spec.commandLine().getErr().println("clipstream tag: --labels: " + warning));
            OrderedLines lines = new OrderedLines(ImageFileEmbedder.window());
            for (Input input : images.all()) {
                if (!lines.add(
                        input.name(),
                        embedder.embed(input.name()).thenApply(vector -> line(input.name(), tags(tagger, vector))))) {
                    break;
                }
            }
            return lines.finish() ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
        }
    }

    private List<ScoredLabel> tags(ZeroShotTagger tagger, Embedding vector) {
        return all ? tagger.scoreAll(vector) : tagger.tag(vector);
    }

    private static Map<String, Object> line(String input, List<ScoredLabel> tags) {
        return OutputLine.of(
                "input", input, "tags", tags.stream().map(TagCommand::tag).toList());
    }

    private static Map<String, Object> tag(ScoredLabel label) {
        Map<String, Object> tag = new LinkedHashMap<>();
        tag.put("label", label.labelId());
        tag.put("probability", label.probability());
        tag.put("cosine", label.cosine());
        return tag;
    }
}
