package dev.clipstream.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.RandomGraph.Weights;
import dev.clipstream.bench.compare.ComparedWeights.Likeness;
import dev.clipstream.bench.compare.ComparedWeights.Rate;
import dev.clipstream.bench.compare.ComparedWeights.Tags;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.label.LabelSetFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsComparisonTest {
    private static final List<Path> IMAGES =
            List.of(Path.of("samples/book.jpg"), Path.of("samples/car-on-yellow.webp"), Path.of("samples/README.md"));

    @TempDir
    private Path folder;

    @Test
    void everyVariantIsComparedWithTheOneClosestToTheTrainedWeights() throws Exception {
        // given
        RandomClip.write(folder, Spec.TINY);
        RandomClip.write(folder, Spec.TINY.weights(Weights.FP16));
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));

        // when
        WeightsComparison.Result found = comparison(false).run(IMAGES);

        // then
        assertThat(found.compared()).extracting(ComparedWeights::weights).containsExactly("fp32", "fp16", "int8");
        ComparedWeights fp32 = found.compared().getFirst();
        assertThat(fp32.speedup()).isEqualTo(1);
        assertThat(fp32.imageLikeness().least()).isGreaterThan(0.999999);
        assertThat(fp32.tags()).isEqualTo(new Tags(2, 0, 0));
        ComparedWeights int8 = found.compared().getLast();
        assertThat(int8.imageLikeness().least()).isBetween(0.99, 0.99999);
        assertThat(int8.imageLikeness().mean()).isBetween(int8.imageLikeness().least(), 1.0);
        assertThat(int8.textLikeness().least()).isBetween(0.99, 0.99999);
        assertThat(int8.weightsBytes()).isLessThan(fp32.weightsBytes());
        assertThat(int8.images().mean())
                .isBetween(int8.images().least(), int8.images().most());
        assertThat(int8.textsPerSecond()).isPositive();
        assertThat(found.unreadable()).containsOnlyKeys(Path.of("samples/README.md"));
        assertThat(found.refused()).isEmpty();
    }

    @Test
    void whereDefaultKernelsSaturateEightBitWeightsAreMeasuredWithBothKernels() throws Exception {
        // given
        RandomClip.write(folder, Spec.TINY);
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));

        // when
        List<ComparedWeights> found = comparison(true).run(IMAGES).compared();

        // then
        assertThat(found).extracting(ComparedWeights::weights).containsExactly("fp32", "int8", "int8");
        assertThat(found).extracting(ComparedWeights::defaultKernels).containsExactly(false, false, true);
    }

    @Test
    void aVariantThatDoesNotOpenIsReportedAndTheOthersAreCompared() throws Exception {
        // given
        RandomClip.write(folder, Spec.TINY);
        RandomClip.write(folder, Spec.TINY.weights(Weights.FP16));
        Files.writeString(folder.resolve("onnx/vision_model_fp16.onnx"), "not a graph");

        // when
        WeightsComparison.Result found = comparison(false).run(IMAGES);

        // then
        assertThat(found.compared()).extracting(ComparedWeights::weights).containsExactly("fp32");
        assertThat(found.refused()).containsOnlyKeys("fp16");
    }

    @Test
    void withoutAReadableImageNothingIsCompared() throws Exception {
        RandomClip.write(folder, Spec.TINY);

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> comparison(false).run(List.of(Path.of("samples/README.md"))))
                .withMessageContaining("samples/README.md");
    }

    @Test
    void theFastestVariantIsRecommendedIfItsVectorsAndTagsAreClose() {
        ComparedWeights fp32 = variant("fp32", false, 1, 1, 0);
        ComparedWeights fp16 = variant("fp16", false, 1.1, 1, 0);
        ComparedWeights int8 = variant("int8", false, 2.8, 0.999, 0.01);

        assertThat(Recommendation.of(List.of(fp32, fp16, int8)).weights()).isEqualTo("int8");
        assertThat(Recommendation.of(List.of(fp32, fp16, int8)).reason()).contains("2.80 times", "20 of 100 images");
    }

    @Test
    void theReferenceIsRecommendedIfNothingFasterIsCloseOrServed() {
        ComparedWeights fp32 = variant("fp32", false, 1, 1, 0);
        ComparedWeights farVectors = variant("q4", false, 2, 0.95, 0);
        ComparedWeights otherProbabilities = variant("uint8", false, 2, 0.999, 0.03);
        ComparedWeights slow = variant("int8", false, 1.1, 0.9999, 0);
        ComparedWeights notServed = variant("int8", true, 3, 0.9999, 0);

        Recommendation found = Recommendation.of(List.of(fp32, farVectors, otherProbabilities, slow, notServed));

        assertThat(found.weights()).isEqualTo("fp32");
        assertThat(found.reason()).contains("q4 runs 2.00 times");
        assertThat(Recommendation.of(List.of(fp32, slow)).reason()).startsWith("No other weights are at least");
        assertThat(Recommendation.of(List.of(fp32)).reason()).contains("no other weights");
    }

    private WeightsComparison comparison(boolean saturate) throws Exception {
        return new WeightsComparison(
                LocalBundle.of(folder),
                ModelOptions.DEFAULT.withDevices("cpu"),
                LabelSetFile.fileOrNames("book,car,house"),
                Duration.ofMillis(60),
                saturate,
                message -> {});
    }

    private static ComparedWeights variant(
            String weights, boolean defaultKernels, double speedup, double cosine, double probabilityChange) {
        return new ComparedWeights(
                weights,
                defaultKernels,
                new Rate(10 * speedup, 9 * speedup, 11 * speedup),
                speedup,
                100,
                1_000_000,
                OptionalLong.empty(),
                new Likeness(cosine, cosine),
                new Likeness(cosine, cosine),
                new Tags(100, 20, probabilityChange));
    }
}
