package dev.clipstream.bench.decode;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.Measurements;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.codec.Libjpeg;
import dev.clipstream.image.codec.LibjpegImage;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.jpeg.JpegFile;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/// Measures the processor time of decoding and resizing images to the input of a CLIP of 224 x 224 pixels, on one
/// thread, beside libjpeg-turbo alone and Pillow. All take turns, so that a busy machine slows them alike.
public final class DecodeBenchmark {
    private static final Preprocessing.Channels HALF = new Preprocessing.Channels(0.5f, 0.5f, 0.5f);
    private static final Preprocessing CLIP = new Preprocessing(
            224,
            224,
            Preprocessing.Fit.CROP,
            Preprocessing.Filter.BICUBIC,
            Preprocessing.CropRounding.HALF_EVEN,
            HALF,
            HALF);

    /// Processor time of one turn, at least, because clocks are coarse.
    private static final double TURN_SECONDS = 0.05;

    /// Processor time before the first turn, for the compiler.
    private static final double WARM_UP_SECONDS = 1;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final ImagePreprocessor fast = new ImagePreprocessor(CLIP, DecodeMode.FAST, ImageLimits.DEFAULT);
    private final ImagePreprocessor exact = new ImagePreprocessor(CLIP, DecodeMode.EXACT, ImageLimits.DEFAULT);
    private final int rounds;
    private final String python;
    private final Consumer<String> log;

    /// @param rounds turns of each way, at least 1
    /// @param python an interpreter, which may have Pillow
    /// @param log    receives what the run does
    public DecodeBenchmark(int rounds, String python, Consumer<String> log) {
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds: Expected at least 1, found " + rounds + ". Raise it.");
        }
        this.rounds = rounds;
        this.python = python;
        this.log = log;
    }

    /// Images that are measured together.
    ///
    /// @param name  for the table
    /// @param files at least one
    public record Images(String name, List<Path> files) {}

    /// One way to decode the images of a set, which it knows by their index.
    private interface Way {
        void decode(int image) throws ImageException;
    }

    /// A JPEG as libjpeg gets it.
    private record Plain(EncodedBytes jpeg, int reduction) {}

    /// Measures sets of images.
    ///
    /// @param work a folder for the script that runs Pillow
    /// @throws BenchmarkException if an image cannot be read
    public DecodeMeasurements run(List<Images> sets, Path work) throws BenchmarkException, IOException {
        Optional<PillowProcess> pillow = PillowProcess.start(python, work);
        try {
            if (pillow.isEmpty()) {
                log.accept("without Pillow: " + python + " does not have it. Run pip install pillow, or name another"
                        + " interpreter with --python.");
            }
            List<DecodeMeasurements.Row> rows = new ArrayList<>();
            for (Images images : sets) {
                log.accept("decoding " + images.name());
                rows.add(row(images, pillow));
            }
            return new DecodeMeasurements(
                    Measurements.Machine.here(),
                    processor(),
                    pillow.map(PillowProcess::version).orElse(null),
                    rows);
        } finally {
            pillow.ifPresent(PillowProcess::close);
        }
    }

    private DecodeMeasurements.Row row(Images images, Optional<PillowProcess> pillow)
            throws BenchmarkException, IOException {
        List<byte[]> encoded = new ArrayList<>();
        for (Path file : images.files()) {
            encoded.add(Files.readAllBytes(file));
        }
        List<Way> ways = new ArrayList<>();
        ways.add(image -> fast.prepare(encoded.get(image)));
        ways.add(image -> exact.prepare(encoded.get(image)));
        List<Plain> plain = plain(encoded);
        boolean libjpeg = Libjpeg.isAvailable() && plain.size() == encoded.size();
        if (libjpeg) {
            ways.add(image -> decodeAlone(plain.get(image)));
        }
        int[] repeats = new int[ways.size()];
        for (int i = 0; i < repeats.length; i++) {
            repeats[i] = warmUp(ways.get(i), encoded.size());
        }
        double[][] turns = new double[ways.size() + 2][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < ways.size(); i++) {
                turns[i][round] = seconds(ways.get(i), encoded.size(), repeats[i]) / repeats[i];
            }
            if (pillow.isPresent()) {
                turns[ways.size()][round] = pillow.get().run("full", repeats[1], images.files()) / repeats[1];
                turns[ways.size() + 1][round] = pillow.get().run("draft", repeats[0], images.files()) / repeats[0];
            }
        }
        double perImage = 1e3 / encoded.size();
        boolean peer = pillow.isPresent();
        return new DecodeMeasurements.Row(
                images.name(),
                encoded.size(),
                median(turns[0]) * perImage,
                median(turns[1]) * perImage,
                libjpeg ? median(turns[2]) * perImage : null,
                peer ? median(turns[ways.size()]) * perImage : null,
                peer ? median(turns[ways.size() + 1]) * perImage : null,
                allocated(ways.get(0), encoded.size()),
                allocated(ways.get(1), encoded.size()));
    }

    /// Returns how often a turn decodes the images.
    private int warmUp(Way way, int images) throws BenchmarkException {
        double all = 0;
        double last = 0;
        while (all < WARM_UP_SECONDS) {
            last = seconds(way, images, 1);
            all += Math.max(last, 1e-6);
        }
        return (int) Math.clamp(Math.ceil(TURN_SECONDS / Math.max(last, 1e-6)), 1, 10_000);
    }

    private double seconds(Way way, int images, int repeats) throws BenchmarkException {
        long begin = threads.getCurrentThreadCpuTime();
        decode(way, images, repeats);
        return (threads.getCurrentThreadCpuTime() - begin) / 1e9;
    }

    private long allocated(Way way, int images) throws BenchmarkException {
        long begin = allocated();
        decode(way, images, 1);
        return (allocated() - begin) / images;
    }

    /// Returns the bytes that the calling thread has allocated, which only the JDK's own attribute of the bean tells.
    private static long allocated() throws BenchmarkException {
        try {
            return (long) ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME), "CurrentThreadAllocatedBytes");
        } catch (JMException e) {
            throw new BenchmarkException(
                    "Expected a Java runtime that counts what a thread allocates, found " + e + ". Use Temurin 25.", e);
        }
    }

    private static void decode(Way way, int images, int repeats) throws BenchmarkException {
        try {
            for (int i = 0; i < repeats; i++) {
                for (int image = 0; image < images; image++) {
                    way.decode(image);
                }
            }
        } catch (ImageException e) {
            throw new BenchmarkException("--images: " + e.getMessage(), e);
        }
    }

    private List<Plain> plain(List<byte[]> encoded) {
        List<Plain> plain = new ArrayList<>();
        for (byte[] image : encoded) {
            try {
                JpegFile jpeg = JpegFile.parse(new EncodedBytes(image));
                if (jpeg.isPlain()) {
                    plain.add(new Plain(jpeg.stripped(), fast.reduction(image)));
                }
            } catch (ImageException another) {
                // of another format
            }
        }
        return plain;
    }

    /// Decodes all rows and columns with libjpeg-turbo, and does nothing with them.
    private static void decodeAlone(Plain plain) {
        try (LibjpegImage image = LibjpegImage.open(plain.jpeg.data(), plain.reduction)) {
            image.columns(0, image.width());
            byte[] none = {};
            for (int y = 0; y < image.height(); y++) {
                image.next(0, 0, none);
            }
        }
    }

    private static double median(double[] turns) {
        double[] sorted = turns.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static @Nullable String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(null);
        } catch (IOException notLinux) {
            return null;
        }
    }
}
