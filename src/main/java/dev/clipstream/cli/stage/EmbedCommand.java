package dev.clipstream.cli.stage;

import dev.clipstream.cli.input.CutTexts;
import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.input.Inputs;
import dev.clipstream.cli.input.Inputs.Input;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.OrderedLines;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.image.DecodeMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Prints the embeddings of images and texts.
@Command(
        name = "embed",
        description = {
            "Print the embeddings (unit vectors) of images and texts, one JSON line each, in input order.",
            "Output: {\"input\",\"kind\":\"image\"|\"text\",\"model\",\"dim\",\"vector\":[…]}"
        })
public final class EmbedCommand implements Callable<Integer> {
    /// Batch size of the text encoder.
    private static final int TEXT_BATCH = 32;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final Inputs.ImagesAndTexts inputs = new Inputs.ImagesAndTexts();

    @Option(names = "--decode", paramLabel = "fast|exact", description = "Default: ${DEFAULT-VALUE}.")
    private DecodeMode decode = DecodeMode.FAST;

    @Override
    public Integer call() throws ModelException {
        if (!inputs.given(spec)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected at least one --image, --text or --texts");
        }
        try (ClipModel clip = model.open();
                ImageFileEmbedder images = new ImageFileEmbedder(clip, decode)) {
            OrderedLines lines = new OrderedLines(ImageFileEmbedder.window());
            List<String> texts = new ArrayList<>();
            boolean open = true;
            for (Input input : inputs.all()) {
                if (!open) {
                    break;
                }
                if (input instanceof Input.Text(String text)) {
                    CutTexts.warn(spec, clip.tokenizer(), text);
                    texts.add(text);
                    if (texts.size() == TEXT_BATCH) {
                        open = addTexts(clip, texts, lines);
                    }
                    continue;
                }
                open = addTexts(clip, texts, lines)
                        && lines.add(
                                input.name(),
                                switch (input) {
                                    case Input.Image(String path) ->
                                        images.embed(path)
                                                .thenApply(vector -> line(path, "image", clip.identity(), vector));
                                    case Input.Unreadable(String file, String error) ->
                                        CompletableFuture.completedFuture(OutputLine.of("input", file, "error", error));
                                    case Input.Text text ->
                                        throw new IllegalStateException("Expected texts to be batched, found " + text);
                                });
            }
            if (open) {
                addTexts(clip, texts, lines);
            }
            return lines.finish() ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
        }
    }

    /// Adds the lines of texts and clears the list of texts.
    ///
    /// @return false if the reader closed the pipe
    private static boolean addTexts(ClipModel clip, List<String> texts, OrderedLines lines) {
        boolean open = true;
        List<Map<String, Object>> found = texts.isEmpty() ? List.of() : lines(clip, texts);
        for (int i = 0; i < found.size() && open; i++) {
            open = lines.add(texts.get(i), CompletableFuture.completedFuture(found.get(i)));
        }
        texts.clear();
        return open;
    }

    /// Returns one line per text. If a batch fails, embeds its texts one by one, so that only the failing texts
    /// are errors.
    private static List<Map<String, Object>> lines(ClipModel clip, List<String> texts) {
        try {
            List<Embedding> vectors = clip.textEncoder().encode(texts);
            return IntStream.range(0, texts.size())
                    .mapToObj(i -> line(texts.get(i), "text", clip.identity(), vectors.get(i)))
                    .toList();
        } catch (TextEncodingException e) {
            return texts.size() == 1
                    ? List.of(OutputLine.error(texts.getFirst(), e))
                    : texts.stream()
                            .flatMap(text -> lines(clip, List.of(text)).stream())
                            .toList();
        }
    }

    private static Map<String, Object> line(String input, String kind, ModelIdentity model, Embedding vector) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("input", input);
        line.put("kind", kind);
        line.put("model", model.id());
        line.put("dim", vector.dimension());
        line.put("vector", vector.toArray());
        return line;
    }
}
