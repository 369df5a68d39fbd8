package dev.clipstream.cli.stage;

import dev.clipstream.cli.input.CutTexts;
import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.input.Inputs;
import dev.clipstream.cli.input.Inputs.Input;
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
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.image.DecodeMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
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
            "Print the embeddings (unit vectors) of images and texts, in input order.",
            "Output in a pipe, or with --json: one line per input, {\"input\",\"kind\":\"image\"|\"text\",\"model\",\"dim\",\"vector\":[…]}"
        })
public final class EmbedCommand implements Callable<Integer> {
    private static final String HEADER =
            String.format(Locale.ROOT, "%-36s  %-5s  %4s  %s", "input", "kind", "dim", "vector");
    private static final int SHOWN_VALUES = 4;

    /// Batch size of the text encoder.
    private static final int TEXT_BATCH = 32;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final Inputs.ImagesAndTexts inputs = new Inputs.ImagesAndTexts();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--decode", paramLabel = "fast|exact", description = "Default: ${DEFAULT-VALUE}.")
    private DecodeMode decode = DecodeMode.FAST;

    @Override
    public Integer call() throws ModelException {
        if (!inputs.given(spec)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected at least one image (a file, folder, glob or URL), --text or --texts");
        }
        List<Input> all = inputs.all();
        try (ClipModel clip = model.open();
                ImageFileEmbedder images = new ImageFileEmbedder(clip, decode);
                Progress progress = output.progress("embedding", all.size())) {
            OrderedLines lines =
                    new OrderedLines(output.writer(HEADER, EmbedCommand::row), progress, ImageFileEmbedder.window());
            List<String> texts = new ArrayList<>();
            boolean open = true;
            for (Input input : all) {
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

    private static List<String> row(Map<String, ?> line) {
        float[] vector = line.get("vector") instanceof float[] values ? values : new float[0];
        return List.of(String.format(
                Locale.ROOT,
                "%-36s  %-5s  %4s  %s …",
                Terminal.text(String.valueOf(line.get("input"))),
                line.get("kind"),
                line.get("dim"),
                IntStream.range(0, Math.min(SHOWN_VALUES, vector.length))
                        .mapToObj(i -> String.format(Locale.ROOT, "%7.4f", vector[i]))
                        .collect(Collectors.joining(" "))));
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
