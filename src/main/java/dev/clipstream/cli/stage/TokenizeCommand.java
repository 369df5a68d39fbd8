package dev.clipstream.cli.stage;

import dev.clipstream.cli.input.CutTexts;
import dev.clipstream.cli.input.Inputs;
import dev.clipstream.cli.input.Inputs.Input;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.cli.output.Terminal;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints the token ids of texts, as the text encoder receives them, without padding.
@Command(
        name = "tokenize",
        description = {
            "Print the token ids of texts, with start and end tokens, without padding.",
            "Output in a pipe, or with --json: one line per text, {\"text\",\"ids\":[…]}"
        })
public final class TokenizeCommand implements Callable<Integer> {
    private static final String HEADER = String.format(Locale.ROOT, "%-36s  %6s  %s", "text", "tokens", "ids");

    @Spec
    private CommandSpec spec;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final Inputs.Texts texts = new Inputs.Texts();

    @Mixin
    private final OutputOption output = new OutputOption();

    private static List<String> row(Map<String, ?> line) {
        long[] ids = line.get("ids") instanceof long[] found ? found : new long[0];
        return List.of(String.format(
                Locale.ROOT,
                "%-36s  %6d  %s",
                Terminal.text(String.valueOf(line.get("text"))),
                ids.length,
                Arrays.stream(ids).mapToObj(Long::toString).collect(Collectors.joining(" "))));
    }

    @Override
    public Integer call() throws ModelException {
        if (!texts.given(spec)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected at least one --text or --texts");
        }
        LineWriter out = output.writer(HEADER, TokenizeCommand::row);
        boolean failed = false;
        try (ClipModel clip = model.open()) {
            for (Input input : texts.all()) {
                Map<String, Object> line = switch (input) {
                    case Input.Text(String text) -> {
                        CutTexts.warn(spec, clip.tokenizer(), text);
                        yield OutputLine.of(
                                "text", text, "ids", clip.tokenizer().tokenize(text));
                    }
                    case Input.Unreadable(String file, String error) -> OutputLine.of("input", file, "error", error);
                    case Input.Image image -> throw new IllegalStateException("Expected a text, found " + image);
                };
                failed |= line.containsKey("error");
                if (!out.write(line)) {
                    break;
                }
            }
        }
        return failed ? Failures.INPUT_FAILED : CommandLine.ExitCode.OK;
    }
}
