package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.RandomGraph.Weights;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizationCheckTest {
    @TempDir
    private Path folder;

    @Test
    void eightBitWeightsAreComparedWithDefaultKernelsAndWithFp32() throws Exception {
        // given
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        RandomClip.write(folder, Spec.TINY);

        // when
        QuantizationCheck check = measure("int8").orElseThrow();

        // then default kernels saturate on some processors
        assertThat(check.leastCosineToDefaultKernels()).isBetween(0.9, 1.0);
        assertThat(check.leastCosineToFp32().orElseThrow()).isBetween(0.99, 1.0);
    }

    @Test
    void withoutFp32WeightsThereIsNothingToCompareWith() throws Exception {
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));

        assertThat(measure("int8").orElseThrow().leastCosineToFp32()).isEmpty();
    }

    @Test
    void otherWeightsAreNotMeasured() throws Exception {
        RandomClip.write(folder, Spec.TINY);

        assertThat(measure("fp32")).isEmpty();
    }

    private Optional<QuantizationCheck> measure(String weights) throws ModelException {
        ModelOptions options = ModelOptions.DEFAULT.withDevices("cpu").withWeights(weights);
        try (ClipModel model = ModelOpening.open(folder, options)) {
            return QuantizationCheck.measure(model, folder, options);
        }
    }
}
