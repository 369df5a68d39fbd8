package dev.clipstream.cli.input;

import dev.clipstream.cli.output.Failures;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Images as arguments and with `--image`, texts with `--text` and `--texts`: all in the order of the command line.
public final class Inputs {
    /// An image, a text, or a file that cannot be read.
    public sealed interface Input {
        /// Returns the name of the input in the output.
        String name();

        /// @param path the path or URI of the image
        record Image(String path) implements Input {
            @Override
            public String name() {
                return path;
            }
        }

        /// @param text the text itself
        record Text(String text) implements Input {
            @Override
            public String name() {
                return text;
            }
        }

        /// @param file  the file of texts
        /// @param error why it cannot be read
        record Unreadable(String file, String error) implements Input {
            @Override
            public String name() {
                return file;
            }
        }
    }

    private static final String IMAGE = "PATH|URL";
    private static final String IMAGE_DESCRIPTION =
            "Images: files, folders (recursively), globs and URLs. -: a list of them on standard input.";

    private Inputs() {}

    /// Images only.
    public static final class Images {
        @Parameters(
                arity = "0..*",
                paramLabel = IMAGE,
                parameterConsumer = InOrder.class,
                description = IMAGE_DESCRIPTION)
        private final List<Input> all = new ArrayList<>();

        @SuppressWarnings("UnusedVariable") // a separate option that adds to the shared list
        @Option(
                names = "--image",
                paramLabel = IMAGE,
                arity = "1..*",
                parameterConsumer = InOrder.class,
                description = "The same, as an option.")
        private final List<Input> images = all;

        /// Returns whether the command line names an image.
        public boolean given() {
            return !all.isEmpty();
        }

        /// Returns the images, with folders, globs and lists expanded.
        public List<Input> all() {
            return expanded(all);
        }
    }

    /// Texts, and inputs of options that a subclass adds.
    public static class Texts {
        @Option(names = "--text", paramLabel = "T", parameterConsumer = InOrder.class, description = "A text.")
        private final List<Input> all = new ArrayList<>();

        @SuppressWarnings("UnusedVariable") // a separate option that adds to the shared list
        @Option(
                names = "--texts",
                paramLabel = "FILE",
                parameterConsumer = InOrder.class,
                description = "A UTF-8 file with one text per line.")
        private final List<Input> files = all;

        /// Returns the inputs, with folders, globs and lists expanded.
        public final List<Input> all() {
            return expanded(all);
        }

        /// Returns the list that the options of a subclass add to.
        final List<Input> shared() {
            return all;
        }

        /// Returns whether the command line names an input; an empty file counts as one.
        public final boolean given(CommandSpec command) {
            return !all.isEmpty()
                    || command.commandLine().getParseResult().originalArgs().stream()
                            .anyMatch(argument -> argument.startsWith("--texts"));
        }
    }

    /// Images and texts.
    public static final class ImagesAndTexts extends Texts {
        @SuppressWarnings("UnusedVariable") // arguments that add to the shared list
        @Parameters(
                arity = "0..*",
                paramLabel = IMAGE,
                parameterConsumer = InOrder.class,
                description = IMAGE_DESCRIPTION)
        private final List<Input> arguments = shared();

        @SuppressWarnings("UnusedVariable") // a separate option that adds to the shared list
        @Option(
                names = "--image",
                paramLabel = IMAGE,
                arity = "1..*",
                parameterConsumer = InOrder.class,
                description = "The same, as an option.")
        private final List<Input> images = shared();
    }

    private static List<Input> expanded(List<Input> inputs) {
        return inputs.stream()
                .flatMap(input -> input instanceof Input.Image(String path) ? images(path) : Stream.of(input))
                .toList();
    }

    private static Stream<Input> images(String argument) {
        return MediaPaths.of(List.of(argument))
                .map(found -> found.error() == null
                        ? new Input.Image(found.given())
                        : new Input.Unreadable(found.given(), found.error()));
    }

    /// Collects the inputs of several options in one list, which preserves their order.
    static final class InOrder implements IParameterConsumer {
        private static final String BYTE_ORDER_MARK = "\uFEFF";

        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            if (!(option instanceof OptionSpec named)) {
                List<Input> images = option.getValue();
                images.add(new Input.Image(arguments.pop()));
                return;
            }
            String name = named.longestName();
            if (arguments.isEmpty()) {
                throw new CommandLine.ParameterException(
                        command.commandLine(), "Missing required parameter for option '" + name + "'");
            }
            List<Input> inputs = option.getValue();
            switch (name) {
                case "--text" -> inputs.add(new Input.Text(arguments.pop()));
                case "--texts" -> inputs.addAll(lines(arguments.pop()));
                default -> {
                    do {
                        inputs.add(new Input.Image(arguments.pop()));
                    } while (!arguments.isEmpty() && !arguments.peek().startsWith("-"));
                }
            }
        }

        private static List<Input> lines(String file) {
            try {
                String content = Files.readString(Path.of(file));
                if (content.startsWith(BYTE_ORDER_MARK)) {
                    content = content.substring(BYTE_ORDER_MARK.length());
                }
                List<Input> texts = new ArrayList<>();
                // only LF and CR LF end a line: texts may contain other line separators
                String[] lines = content.split("\n", -1);
                int count = lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
                for (int i = 0; i < count; i++) {
                    texts.add(new Input.Text(
                            lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i]));
                }
                return texts;
            } catch (CharacterCodingException e) {
                return List.of(new Input.Unreadable(
                        file, "expected text in UTF-8, found other bytes. Save the file as UTF-8."));
            } catch (IOException e) {
                return List.of(new Input.Unreadable(file, Failures.explain(e)));
            }
        }
    }
}
