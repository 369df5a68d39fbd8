package dev.clipstream.clip.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtSession;
import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.RandomGraph;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.TestImages;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;
import dev.clipstream.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxImageSessionTest {
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withDevices("cpu");

    @TempDir
    private Path folder;

    @Test
    void aImageThatTheModelGivesNoDirectionFailsAlone() throws Exception {
        // given a graph that divides a image's first bytes by their length: 0 by 0 for a black one
        RandomGraph graph = new RandomGraph("division", 1, RandomGraph.Weights.FP32);
        String bytes = graph.cast(graph.input("image", DataType.UINT8, "batch", 8, 8, 3), DataType.FLOAT);
        String flat = graph.node("Reshape", bytes, graph.integers(0, 192));
        String length =
                graph.node("ReduceL2", RandomGraph.attributes(RandomGraph.attribute("axes", new long[] {1})), flat);
        graph.output("embedding", graph.node("Div", flat, length), DataType.FLOAT, "batch", 192);
        Path file = folder.resolve("division.onnx");
        graph.write(file);
        GraphFile division = new GraphFile(file, "division.onnx", false, Set.of(), false);
        Preprocessing.Channels none = new Preprocessing.Channels(0, 0, 0);
        Preprocessing.Channels one = new Preprocessing.Channels(1, 1, 1);

        try (Sessions sessions = new Sessions(OPTIONS)) {
            ImageSession session = new OnnxImageSession(
                    Device.CPU,
                    sessions.on(division, Device.CPU, 1),
                    2,
                    BatchShapes.ANY,
                    new GraphReader("division.onnx", sessions.on(division, Device.CPU, 1)).image(),
                    new Preprocessing(8, 8, Fit.SQUASH, Filter.BICUBIC, CropRounding.FLOOR, none, one),
                    Map.of());
            RgbImage black = new RgbImage(8, 8, new byte[192]);

            // when
            List<CompletableFuture<Embedding>> futures;
            try (ImageEmbedder embedder =
                    new ImageEmbedder(List.of(session), new BatchSettings(4, 1000, 8), BatchObserver.NONE)) {
                futures = List.of(
                        embedder.submit(TestImages.noise(8, 1)),
                        embedder.submit(black),
                        embedder.submit(TestImages.noise(8, 2)),
                        embedder.submit(TestImages.noise(8, 3)));
            }

            // then
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> futures.get(1).get())
                    .withCauseInstanceOf(EmbeddingException.class)
                    .withMessageContaining("no direction");
            for (int other : new int[] {0, 2, 3}) {
                assertThat(futures.get(other).get().dimension()).isEqualTo(192);
            }
        }
    }

    @Test
    void callersOfOneSessionDoNotSeeEachOthersImages() throws Exception {
        // given
        try (ClipModel model = ModelOpening.open(RandomClip.write(folder, Spec.TINY), OPTIONS.withCpuBatches(3))) {
            ImageSession session = model.imageSessions().getFirst();
            List<RgbImage> images = TestImages.noise(32, 1, 64);
            List<Embedding> expected = session.run(images);

            // when
            List<Embedding> embedded = IntStream.range(0, 64)
                    .parallel()
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> run(session, images.get(i))))
                    .map(CompletableFuture::join)
                    .toList();

            // then
            for (int i = 0; i < 64; i++) {
                assertThat(embedded.get(i).cosine(expected.get(i))).isGreaterThan(0.999999);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 11})
    void fillingABatchUpToAFixedSizeChangesNoVector(int count) throws Exception {
        // given a session that runs batches of 1, 2, 4 and 8
        Path bundle = RandomClip.write(folder, Spec.TINY);
        List<RgbImage> images = TestImages.noise(32, 1, count);
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS);
                Sessions sessions = new Sessions(OPTIONS)) {
            GraphFile vision = new GraphFile(
                    bundle.resolve("onnx/vision_model.onnx"), "vision_model.onnx", false, Set.of(), false);
            OrtSession graph = sessions.on(vision, Device.CPU, 1);
            try (ImageSession fixed = new OnnxImageSession(
                    Device.CPU,
                    graph,
                    2,
                    BatchShapes.upTo(8),
                    new GraphReader("vision_model.onnx", graph).image(),
                    model.preprocessing(),
                    Map.of())) {
                // when
                List<Embedding> found = fixed.run(images);

                // then
                List<Embedding> expected = model.imageSessions().getFirst().run(images);
                assertThat(found).hasSize(count);
                for (int i = 0; i < count; i++) {
                    assertThat(found.get(i).cosine(expected.get(i))).isGreaterThan(0.999999);
                }
            }
        }
    }

    @Test
    void aCpuRunsOneBatchPerThreadByDefault() throws Exception {
        // given
        Path bundle = RandomClip.write(folder, Spec.TINY);

        // when, then
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS.withCpuThreads(3))) {
            assertThat(model.imageSessions())
                    .extracting(ImageSession::batchesAtOnce)
                    .containsExactly(3);
        }
        try (ClipModel model =
                ModelOpening.open(bundle, OPTIONS.withCpuThreads(3).withCpuBatches(2))) {
            assertThat(model.imageSessions())
                    .extracting(ImageSession::batchesAtOnce)
                    .containsExactly(2);
        }
    }

    @Test
    void aClosedSessionIsALostDevice() throws Exception {
        // given
        ClipModel model = ModelOpening.open(RandomClip.write(folder, Spec.TINY), OPTIONS);
        ImageSession session = model.imageSessions().getFirst();

        // when
        model.close();

        // then
        assertThatExceptionOfType(DeviceLostException.class)
                .isThrownBy(() -> session.run(TestImages.noise(32, 1, 1)))
                .withMessageContaining("closed");
    }

    private static Embedding run(ImageSession session, RgbImage image) {
        try {
            return session.run(List.of(image)).getFirst();
        } catch (EmbeddingException | OutOfDeviceMemoryException e) {
            throw new AssertionError(e);
        }
    }
}
