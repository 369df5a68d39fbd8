package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.fetch.FetchLimits;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.fetch.file.FileSettings;
import dev.clipstream.fetch.file.FileSource;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.TopologyFixtures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More large images at once than the heap holds.
class HeapIT {
    private static final int IMAGES = 64;

    @Test
    void imagesOfEightTimesTheHeapAreAllEmbedded(@TempDir Path folder) throws Exception {
        // given: 64 images of 31 MiB for 256 MiB of heap
        Path image = Files.write(folder.toRealPath().resolve("large.jpg"), padded(TestImages.jpeg(Color.ORANGE), 31));

        // when
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeapIT.class.getName(),
                        image.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // then
        assertThat(child.waitFor()).as(said).isZero();
        assertThat(said).contains("embedded " + IMAGES + " of " + IMAGES);
    }

    /// Returns an image with comments, which count as bytes and are skipped.
    private static byte[] padded(byte[] jpeg, int mebibytes) {
        byte[] comment = new byte[1 << 14];
        comment[0] = (byte) 0xFF;
        comment[1] = (byte) 0xFE;
        comment[2] = (byte) ((comment.length - 2) >> 8);
        comment[3] = (byte) (comment.length - 2);
        ByteArrayOutputStream padded = new ByteArrayOutputStream();
        padded.write(jpeg, 0, 2);
        for (int i = 0; i < mebibytes * 64; i++) {
            padded.writeBytes(comment);
        }
        padded.write(jpeg, 2, jpeg.length - 2);
        return padded.toByteArray();
    }

    /// Fetches, decodes and embeds one file many times, all at once.
    public static void main(String[] arguments) {
        Path image = Path.of(arguments[0]);
        Preprocessing model = new Preprocessing(
                8,
                8,
                Preprocessing.Fit.CROP,
                Preprocessing.Filter.BICUBIC,
                Preprocessing.CropRounding.HALF_EVEN,
                new Preprocessing.Channels(0, 0, 0),
                new Preprocessing.Channels(1, 1, 1));
        List<Outcome> outcomes = new ArrayList<>();
        try (MediaFetcher fetcher = new MediaFetcher(
                        List.of(new FileSource(new FileSettings(List.of(image.getParent())))), FetchLimits.DEFAULT);
                ImageEmbedder embedder =
                        new ImageEmbedder(List.of(new OneVector()), new BatchSettings(4, 0, 16), BatchObserver.NONE);
                EmbeddingPipeline pipeline = new EmbeddingPipeline(
                        fetcher,
                        new ImagePreprocessor(model, DecodeMode.EXACT, ImageLimits.DEFAULT),
                        embedder,
                        new PipelineSettings(IMAGES, IMAGES, 2),
                        new StageMetrics(new SimpleMeterRegistry(), EmbeddingTopology.NAME))) {
            MediaUploaded event = TopologyFixtures.upload("m")
                    .setUri(image.toUri().toString())
                    .build();
            List<CompletableFuture<Outcome>> submitted = new ArrayList<>();
            for (int i = 0; i < IMAGES; i++) {
                submitted.add(pipeline.submit(event, Urgency.LIVE, new MediaPipeline.Progress() {}));
            }
            submitted.forEach(outcome -> outcomes.add(outcome.join()));
        }
        long embedded =
                outcomes.stream().filter(Outcome.Embedded.class::isInstance).count();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        outcomes.stream().filter(Outcome.Rejected.class::isInstance).limit(3).forEach(out::println);
        out.println("embedded " + embedded + " of " + IMAGES);
    }

    private static final class OneVector implements ImageSession {
        @Override
        public String device() {
            return "test";
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) {
            return Collections.nCopies(batch.size(), Embedding.normalize(new float[] {1, 0}));
        }

        @Override
        public void close() {}
    }
}
