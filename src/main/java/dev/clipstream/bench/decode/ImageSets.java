package dev.clipstream.bench.decode;

import dev.clipstream.bench.SyntheticImages;
import dev.clipstream.bench.decode.DecodeBenchmark.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The images of a decoding benchmark, and the temporary folder of those that are generated, which closing removes.
public final class ImageSets implements AutoCloseable {
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");

    /// Small images are cheap to generate, and several differ more than one.
    private static final long PIXELS_OF_A_SET = 2_000_000;

    private static final int MOST_IMAGES = 8;

    private final Path folder;

    private ImageSets(Path folder) {
        this.folder = folder;
    }

    /// Creates the temporary folder.
    public static ImageSets create() throws IOException {
        return new ImageSets(Files.createTempDirectory("clipstream-decode"));
    }

    /// Returns the temporary folder.
    public Path folder() {
        return folder;
    }

    /// Generates JPEGs.
    ///
    /// @param sizes such as `640x480`
    /// @throws IllegalArgumentException if a size is not valid
    public List<Images> generated(List<String> sizes) throws IOException {
        List<Images> sets = new ArrayList<>();
        for (String size : sizes) {
            Matcher matcher = SIZE.matcher(size);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("--sizes: Expected sizes such as 640x480, found " + size + ".");
            }
            int width = Integer.parseInt(matcher.group(1));
            int height = Integer.parseInt(matcher.group(2));
            int count = Math.clamp(PIXELS_OF_A_SET / ((long) width * height), 1, MOST_IMAGES);
            List<Path> files = new ArrayList<>();
            for (byte[] jpeg : SyntheticImages.jpegs(count, width, height)) {
                files.add(Files.write(folder.resolve(size + "-" + files.size() + ".jpg"), jpeg));
            }
            sets.add(new Images(size, files));
        }
        return sets;
    }

    /// Returns the files of a folder as one set.
    ///
    /// @throws IllegalArgumentException if the folder contains no image
    public static List<Images> of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("--images: Expected a folder, found " + folder + ".");
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(Files::isRegularFile).sorted().toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("--images: Expected image files in " + folder + ", found none.");
            }
            return List.of(new Images(found.size() + " files", found));
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
