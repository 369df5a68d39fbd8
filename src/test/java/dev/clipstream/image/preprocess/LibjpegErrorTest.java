package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.fetch.FetchLimits;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.codec.Libjpeg;
import dev.clipstream.image.codec.LibjpegImage;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.Pixels;
import dev.clipstream.image.jpeg.JpegDecoder;
import dev.clipstream.image.jpeg.JpegFile;
import dev.clipstream.image.jpeg.JpegFormat;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.TopologyFixtures;
import dev.clipstream.topology.embedding.EmbeddingPipeline;
import dev.clipstream.topology.embedding.MediaPipeline;
import dev.clipstream.topology.embedding.PipelineSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An error of libjpeg, in a process of its own, because libjpeg is not used again after it.
class LibjpegErrorTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void requiresTheNativeLibrary() {
        assumeTrue(Libjpeg.isAvailable(), "libjpeg-turbo does not load on this platform");
    }

    @Test
    void theEmbeddingPipelineDecodesTheImageAndLaterOnesOnAnotherThread() throws Exception {
        // when
        Run run = run("pipeline");

        // then: JERR_NO_SOI has the number 53
        assertThat(run.output()).contains("found its error 53").contains("embedded 2 libjpeg false");
        assertThat(run.status()).isZero();
    }

    @Test
    void aCommandEndsWithAMessage() throws Exception {
        // when
        Run run = run("alone");

        // then
        assertThat(run.output()).contains("found its error 53").contains("The process ends");
        assertThat(run.status()).isEqualTo(1);
    }

    private record Run(int status, String output) {}

    private Run run(String mode) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LibjpegErrorTest.class.getName(),
                        mode)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    /// Decodes JPEGs, the first of which libjpeg does not take.
    public static void main(String[] arguments) throws Exception {
        Preprocessing clip = TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN);
        ImagePreprocessor preprocessor = new ImagePreprocessor(
                clip, DecodeMode.FAST, ImageLimits.DEFAULT, new ImageFormats(List.of(new JpegFormat(new Broken()))));
        byte[] photo = TestImages.photo(64, 48, 1);
        if (arguments[0].equals("alone")) {
            preprocessor.prepare(photo);
            return;
        }
        MediaUploaded event =
                TopologyFixtures.upload("m").setContent(ByteBuffer.wrap(photo)).build();
        try (ImageEmbedder embedder =
                        new ImageEmbedder(List.of(new Constant()), new BatchSettings(4, 0, 16), BatchObserver.NONE);
                EmbeddingPipeline pipeline = new EmbeddingPipeline(
                        new MediaFetcher(List.of(), FetchLimits.DEFAULT),
                        preprocessor,
                        embedder,
                        new PipelineSettings(1, 1, 1),
                        new StageMetrics(new SimpleMeterRegistry(), "test"))) {
            for (int i = 0; i < 2; i++) {
                pipeline.submit(event, Urgency.LIVE, new MediaPipeline.Progress() {})
                        .join();
            }
            System.out.println("embedded 2 libjpeg " + Libjpeg.isAvailable());
        }
    }

    /// A decoder whose first JPEG fails in libjpeg. The second finds no heap, so that it waits for the whole memory.
    private static final class Broken implements JpegDecoder {
        private final JpegDecoder portable = JpegDecoder.of(Codecs.PORTABLE);
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public Pixels decode(JpegFile jpeg, int reduction) throws ImageException {
            int call = calls.getAndIncrement();
            if (call == 0 && Libjpeg.isAvailable()) {
                LibjpegImage.open("no JPEG".getBytes(StandardCharsets.US_ASCII), 1)
                        .close();
            } else if (call == 1) {
                throw new OutOfMemoryError("Java heap space");
            }
            return portable.decode(jpeg, reduction);
        }

        @Override
        public Footprint footprint(long pixels, int components, int reduction) {
            return portable.footprint(pixels, components, reduction);
        }
    }

    private static final class Constant implements ImageSession {
        @Override
        public String device() {
            return "test";
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) {
            return batch.stream()
                    .map(image -> Embedding.normalize(new float[] {1, 2, 3}))
                    .toList();
        }

        @Override
        public void close() {}
    }
}
