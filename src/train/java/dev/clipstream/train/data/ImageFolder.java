package dev.clipstream.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder of pictures whose captions lie beside them, or whose folders' names say what they show.
///
/// Links to pictures and folders are followed; the pictures of a model that lies among them are passed over. A
/// picture without a caption is left out and told.
public final class ImageFolder {
    /// Those of pictures that cannot be read are among them, so that they are told of and not passed over.
    private static final Set<String> ENDINGS =
            Set.of("jpg", "jpeg", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif", "avif", "jxl");

    private ImageFolder() {}

    /// Pictures with a text file of the same name beside each: `cup.jpg` and `cup.txt`, one caption a line.
    ///
    /// @param folder  looked through with its folders
    /// @param leftOut hears of each picture without such captions: what was expected, found, and what to do
    /// @throws IOException if it cannot be read, or no picture has captions
    public static List<CaptionedImage> withCaptionFiles(Path folder, Consumer<ManifestException> leftOut)
            throws IOException {
        List<CaptionedImage> pictures = new ArrayList<>();
        for (Path picture : pictures(folder)) {
            try {
                pictures.add(new CaptionedImage(picture, captions(picture)));
            } catch (ManifestException e) {
                leftOut.accept(e);
            }
        }
        if (pictures.isEmpty()) {
            throw new ManifestException(
                    "Pictures with a caption file of the same name (cup.jpg, cup.txt) were expected in " + folder
                            + ", found none: write them, or take the folders' names (--caption-from folder)",
                    null);
        }
        return List.copyOf(pictures);
    }

    private static List<String> captions(Path picture) throws ManifestException {
        Path file = picture.resolveSibling(stem(picture) + ".txt");
        if (!Files.isRegularFile(file)) {
            throw without(picture, file, "no such file", null);
        }
        try {
            List<String> captions = Utf8Text.read(file)
                    .lines()
                    .map(String::strip)
                    .filter(CaptionedImage::saysSomething)
                    .toList();
            if (captions.isEmpty()) {
                throw without(picture, file, "none in it", null);
            }
            if (!captions.stream().allMatch(Utf8Text::isSound)) {
                throw without(picture, file, "bytes that are no UTF-8", null);
            }
            return captions;
        } catch (ManifestException e) {
            throw e;
        } catch (IOException e) {
            throw without(picture, file, "that it cannot be read", e);
        }
    }

    private static ManifestException without(Path picture, Path file, String found, @Nullable Throwable cause) {
        return new ManifestException(
                picture + ": captions were expected in " + file.getFileName() + ", found " + found
                        + ": write one a line, in UTF-8",
                cause);
    }

    /// Pictures in folders that are named by what they show, `cups/1.jpg`.
    ///
    /// @param leftOut hears of each picture that lies in no such folder
    /// @return each with the folder's name, `_` and `-` as spaces, as its only text
    /// @throws IOException if it cannot be read, or no picture lies in a folder
    public static List<CaptionedImage> byFolderName(Path folder, Consumer<ManifestException> leftOut)
            throws IOException {
        List<CaptionedImage> pictures = new ArrayList<>();
        Path root = folder.toAbsolutePath().normalize();
        for (Path picture : pictures(root)) {
            int depth = picture.getNameCount();
            String name = depth - root.getNameCount() > 1
                    ? picture.getName(depth - 2)
                            .toString()
                            .replace('_', ' ')
                            .replace('-', ' ')
                            .strip()
                    : "";
            if (name.isEmpty()) {
                leftOut.accept(new ManifestException(
                        picture + ": a folder named by what the picture shows was expected around it, found " + root
                                + ": move it into one",
                        null));
            } else {
                pictures.add(new CaptionedImage(picture, List.of(name)));
            }
        }
        if (pictures.isEmpty()) {
            throw new ManifestException(
                    "Pictures in folders that are named by what they show were expected in " + folder + ", found none",
                    null);
        }
        return List.copyOf(pictures);
    }

    private static List<Path> pictures(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ManifestException("A folder of pictures was expected, found none at " + folder, null);
        }
        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> all = files.sorted().toList();
            Set<Path> bundles = all.stream()
                    .filter(file -> file.endsWith("clipstream.json"))
                    .map(Path::getParent)
                    .collect(Collectors.toSet());
            return all.stream()
                    .filter(file -> ENDINGS.contains(ending(file)) && Files.isRegularFile(file))
                    .filter(file -> bundles.stream().noneMatch(file::startsWith))
                    .toList();
        } catch (UncheckedIOException e) {
            throw new ManifestException(
                    "A folder was expected whose folders can all be read, found in " + folder + ": " + e.getCause()
                            + ": correct its permissions or links",
                    e);
        }
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }
}
