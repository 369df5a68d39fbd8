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

/// Reads a folder of images with captions in text files next to them, or in folders that are named after what the
/// images show.
///
/// Follows links. Skips the images of model bundles in the folder. Leaves images without a caption out and reports
/// them.
public final class ImageFolder {
    /// File name extensions of images. Unsupported formats are included so that they are reported and not silently
    /// skipped.
    private static final Set<String> ENDINGS =
            Set.of("jpg", "jpeg", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif", "avif", "jxl");

    private ImageFolder() {}

    /// Reads images that each have a text file of the same name: `cup.jpg` and `cup.txt`, one caption per line.
    ///
    /// @param folder  searched recursively
    /// @param leftOut receives an error for each image without captions
    /// @throws IOException if the folder cannot be read, or no image has captions
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
                    "Expected images with a caption file of the same name (cup.jpg, cup.txt) in " + folder
                            + ", found none. Write them, or use the folders' names (--caption-from folder).",
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
                    .filter(CaptionedImage::hasWords)
                    .toList();
            if (captions.isEmpty()) {
                throw without(picture, file, "none", null);
            }
            if (!captions.stream().allMatch(Utf8Text::isSound)) {
                throw without(picture, file, "bytes that are not UTF-8", null);
            }
            return captions;
        } catch (ManifestException e) {
            throw e;
        } catch (IOException e) {
            throw without(picture, file, "a file that cannot be read", e);
        }
    }

    private static ManifestException without(Path picture, Path file, String found, @Nullable Throwable cause) {
        return new ManifestException(
                picture + ": Expected captions in " + file.getFileName() + ", found " + found
                        + ". Write one per line, in UTF-8.",
                cause);
    }

    /// Reads images in folders that are named after what the images show: `cups/1.jpg`.
    ///
    /// @param leftOut receives an error for each image that is in no such folder
    /// @return the images; the only text of each is its folder's name with `_` and `-` as spaces
    /// @throws IOException if the folder cannot be read, or no image is in a subfolder
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
                        picture + ": Expected the image in a folder that is named after what it shows, found it in "
                                + root + ". Move it into one.",
                        null));
            } else {
                pictures.add(new CaptionedImage(picture, List.of(name)));
            }
        }
        if (pictures.isEmpty()) {
            throw new ManifestException(
                    "Expected one subfolder of images for each class in " + folder + ", found none.", null);
        }
        return List.copyOf(pictures);
    }

    private static List<Path> pictures(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ManifestException(
                    "Expected a folder of images, found none at " + folder + ". Correct the path.", null);
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
                    "Expected a folder that is readable with all of its subfolders, found in " + folder + ": "
                            + e.getCause() + ". Correct its permissions or links.",
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
