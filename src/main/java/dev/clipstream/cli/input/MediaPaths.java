package dev.clipstream.cli.input;

import dev.clipstream.cli.output.Failures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Expands arguments to single images: files, the images in folders, globs and URIs. The
/// argument `-` reads further arguments from standard input, one per line.
public final class MediaPaths {
    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "jpe", "png", "webp", "gif", "bmp", "tif", "tiff");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");
    private static final Pattern GLOB = Pattern.compile(".*[*?\\[{].*");

    private MediaPaths() {}

    /// An image, or the reason why it cannot be read.
    ///
    /// @param given the path or URI, as given or as found in a folder
    /// @param file  the file, or null for a URI or an error
    /// @param error why it cannot be read, or null if nothing is known against it
    public record Input(
            String given, @Nullable Path file, @Nullable String error) {
        /// Returns the last part of the path or URI.
        public String name() {
            String path = given;
            if (file == null) {
                String uriPath = URI.create(given).getPath();
                path = uriPath == null ? given : uriPath;
            }
            String trimmed = path.replaceAll("/+$", "");
            return trimmed.substring(trimmed.lastIndexOf('/') + 1);
        }
    }

    /// Returns the images of all arguments, in order and lazily.
    public static Stream<Input> of(List<String> arguments) {
        return arguments.stream().flatMap(argument -> argument.equals("-") ? lines() : expand(argument));
    }

    /// Returns whether an argument is a URI and not the path of a file.
    static boolean isUri(String argument) {
        return SCHEME.matcher(argument).matches() && !isFile(argument);
    }

    private static boolean isFile(String argument) {
        try {
            return Files.exists(Path.of(argument));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Stream<Input> lines() {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        return in.lines().map(String::strip).filter(line -> !line.isEmpty()).flatMap(MediaPaths::expand);
    }

    private static Stream<Input> expand(String argument) {
        try {
            Path path = Path.of(argument);
            if (Files.isDirectory(path)) {
                return images(path, argument);
            }
            if (Files.exists(path)) {
                return Stream.of(new Input(argument, path, null));
            }
        } catch (InvalidPathException e) {
            // it may be a URI
        }
        if (SCHEME.matcher(argument).matches()) {
            return Stream.of(uri(argument));
        }
        if (GLOB.matcher(argument).matches()) {
            return glob(argument);
        }
        return Stream.of(new Input(argument, null, "expected a file, folder, glob or URI, found no such file"));
    }

    private static Input uri(String argument) {
        try {
            URI uri = URI.create(argument);
            return new Input(uri.toString(), null, null);
        } catch (IllegalArgumentException e) {
            return new Input(argument, null, "expected a URI: " + e.getMessage());
        }
    }

    private static Stream<Input> images(Path folder, String argument) {
        return found(
                folder,
                Integer.MAX_VALUE,
                path -> isImage(path),
                argument,
                "expected a folder with images " + EXTENSIONS);
    }

    private static Stream<Input> glob(String glob) {
        String fixed = glob.substring(0, firstSpecial(glob));
        int slash = fixed.lastIndexOf('/');
        Path base = Path.of(slash < 0 ? "" : slash == 0 ? "/" : fixed.substring(0, slash));
        String rest = glob.substring(slash + 1);
        int depth = rest.contains("**")
                ? Integer.MAX_VALUE
                : 1 + (int) rest.chars().filter(c -> c == '/').count();
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            return Stream.of(new Input(
                    glob,
                    null,
                    "expected a file or a valid glob, found neither: " + e.getDescription()
                            + ". Write * ? [ { of a name with a backslash before them"));
        }
        return found(base, depth, matcher, glob, "expected a glob that matches a file");
    }

    private static int firstSpecial(String glob) {
        for (int i = 0; i < glob.length(); i++) {
            if ("*?[{".indexOf(glob.charAt(i)) >= 0) {
                return i;
            }
        }
        return glob.length();
    }

    /// Finds the files below a folder, and follows links. A file or folder that cannot be read becomes an error
    /// input.
    private static Stream<Input> found(Path base, int depth, PathMatcher matcher, String argument, String expected) {
        SortedMap<Path, Input> inputs = new TreeMap<>();
        try {
            Files.walkFileTree(base, Set.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && matcher.matches(file)) {
                        inputs.put(file, new Input(file.toString(), file, null));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    // a link back to a folder above: its files have been found already
                    if (!(failure instanceof FileSystemLoopException)) {
                        inputs.put(file, new Input(file.toString(), null, Failures.explain(failure)));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
                    if (failure != null) {
                        inputs.put(folder, new Input(folder.toString(), null, Failures.explain(failure)));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            return Stream.of(new Input(argument, null, Failures.explain(e)));
        }
        return inputs.isEmpty()
                ? Stream.of(new Input(argument, null, expected + ", found none"))
                : inputs.values().stream();
    }

    /// Returns whether a file has the extension of an image.
    public static boolean isImage(Path path) {
        String name = path.getFileName().toString();
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
