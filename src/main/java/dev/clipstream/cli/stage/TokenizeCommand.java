package dev.clipstream.cli.stage;

import dev.clipstream.cli.input.CutTexts;
import dev.clipstream.cli.input.Inputs;
import dev.clipstream.cli.input.Inputs.Input;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints the token ids of texts, as the text encoder receives them, without padding.
@Command(
        name = "tokenize",
        description =
                "Print the token ids of texts, with start and end tokens, without padding. Output: {\"text\",\"ids\":[…]}")
public final class TokenizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final Inputs.Texts texts = new Inputs.Texts();

    @Override
    public Integer call() throws ModelException {
        if (!texts.given(spec)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected at least one --text or --texts");
        }
        JsonLines out = new JsonLines();
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
