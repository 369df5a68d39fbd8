package dev.clipstream.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// A folder of pictures whose captions lie beside them, or whose folders' names say what they show.
public final class PictureFolder {
    private static final Set<String> ENDINGS =
            Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "jfif");

    private PictureFolder() {}

    /// Pictures with a text file of the same name beside each: `cup.jpg` and `cup.txt`, one caption a line.
    ///
    /// @param folder looked through with its folders
    /// @throws IOException if it cannot be read, or no picture has captions
    public static List<CaptionedPicture> withCaptionFiles(Path folder) throws IOException {
        List<CaptionedPicture> pictures = new ArrayList<>();
        for (Path picture : pictures(folder)) {
            Path captions = picture.resolveSibling(stem(picture) + ".txt");
            if (Files.isRegularFile(captions)) {
                List<String> texts = Files.readAllLines(captions).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
                if (!texts.isEmpty()) {
                    pictures.add(new CaptionedPicture(picture, texts));
                }
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

    /// Pictures in folders that are named by what they show, `cups/1.jpg`.
    ///
    /// @return each with the folder's name, `_` and `-` as spaces, as its only text
    /// @throws IOException if it cannot be read, or no picture lies in a folder
    public static List<CaptionedPicture> byFolderName(Path folder) throws IOException {
        List<CaptionedPicture> pictures = new ArrayList<>();
        Path root = folder.toAbsolutePath().normalize();
        for (Path picture : pictures(root)) {
            int depth = picture.getNameCount();
            if (depth - root.getNameCount() > 1) {
                String name =
                        picture.getName(depth - 2).toString().replace('_', ' ').replace('-', ' ');
                pictures.add(new CaptionedPicture(picture, List.of(name)));
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
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> ENDINGS.contains(ending(file)) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }
}
