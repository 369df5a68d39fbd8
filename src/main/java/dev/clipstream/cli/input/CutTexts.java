package dev.clipstream.cli.input;

import dev.clipstream.clip.ClipTokenizer;
import picocli.CommandLine.Model.CommandSpec;

/// Warns of texts that a model does not read to their ends.
public final class CutTexts {
    private static final int MAX_QUOTE = 60;

    private CutTexts() {}

    /// Prints a line on standard error if the text is cut.
    public static void warn(CommandSpec command, ClipTokenizer tokenizer, String text) {
        if (tokenizer.cuts(text)) {
            command.commandLine()
                    .getErr()
                    .println(command.qualifiedName() + ": expected a text of at most " + tokenizer.length()
                            + " tokens, found a longer one, which is cut: '"
                            + text.codePoints()
                                    .limit(MAX_QUOTE)
                                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                            + "…'. Shorten it.");
        }
    }
}
