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
import picocli.CommandLine.Option;

/// Pictures to zero-shot tags.
@Command(
        name = "tag",
        description = {
            "Print the zero-shot tags of pictures, best first, one JSON line each:",
            "{\"input\",\"tags\":[{\"label\",\"probability\",\"cosine\"}…]}"
        })
public final class TagCommand implements Callable<Integer> {
    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final LabelsOption labels = new LabelsOption();

    @Mixin
    private final Inputs.Images images = new Inputs.Images();

    @Option(names = "--decode", paramLabel = "fast|exact", description = "Default: ${DEFAULT-VALUE}.")
    private DecodeMode decode = DecodeMode.FAST;

    @Option(names = "--all", description = "Every label with its score, whatever the threshold.")
    private boolean all;

    @Override
    public Integer call() throws ModelException, LabelSetException {
        LabelSet wanted = labels.read();
        try (ClipModel clip = model.open();
                ImageFileEmbedder pictures = new ImageFileEmbedder(clip, decode)) {
            ZeroShotTagger tagger = ZeroShotTagger.create(wanted, clip.textEncoder(), clip.scoring(), clip.identity());
            OrderedLines lines = new OrderedLines(ImageFileEmbedder.window());
            for (Input input : images.all()) {
                if (!lines.add(
                        input.name(),
                        pictures.embed(input.name()).thenApply(vector -> line(input.name(), tags(tagger, vector))))) {
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
