package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Large images are decoded in a JVM whose heap holds the pixels of none of them.
class SmallHeapTest {
    private static final int WIDTH = 4000;
    private static final int HEIGHT = 4000;
    private static final int IMAGES = 6;

    @Test
    void largePngsAreDecodedTogetherInASmallHeap(@TempDir Path folder) throws Exception {
        // given: 48 MB of pixels, and a heap of 40
        Path png = folder.resolve("large.png");
        Files.write(
                png,
                Crafted.png(WIDTH, HEIGHT, Crafted.chunk("IDAT", Crafted.deflatedZeros((WIDTH * 3 + 1) * HEIGHT))));
        Path output = folder.resolve("output");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx40m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapTest.class.getName(),
                png.toString());

        // when
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = process.waitFor();

        // then
        assertThat(Files.readString(output, StandardCharsets.UTF_8)).contains("decoded " + IMAGES);
        assertThat(status).isZero();
    }

    /// Decodes the file that is given, several times at once.
    public static void main(String[] arguments) throws Exception {
        byte[] png = Files.readAllBytes(Path.of(arguments[0]));
        ImagePreprocessor preprocessor = new ImagePreprocessor(
                TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN), DecodeMode.FAST, ImageLimits.DEFAULT);
        List<Future<Integer>> decodes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(IMAGES)) {
            for (int i = 0; i < IMAGES; i++) {
                decodes.add(threads.submit(() -> preprocessor.prepare(png).width()));
            }
        }
        int decoded = 0;
        for (Future<Integer> decode : decodes) {
            decoded += decode.get() == WIDTH ? 1 : 0;
        }
        System.out.println("decoded " + decoded);
    }
}
