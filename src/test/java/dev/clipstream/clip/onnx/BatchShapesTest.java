package dev.clipstream.clip.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchShapesTest {
    @Test
    void aBatchRunsInTheNextPowerOfTwoOrInTheLargestSize() {
        BatchShapes shapes = BatchShapes.upTo(24);

        assertThat(shapes.sizes()).containsExactly(1, 2, 4, 8, 16, 24);
        assertThat(shapes.of(1)).isEqualTo(1);
        assertThat(shapes.of(3)).isEqualTo(4);
        assertThat(shapes.of(17)).isEqualTo(24);
        assertThat(shapes.of(100)).isEqualTo(24);
        assertThat(BatchShapes.upTo(1).sizes()).containsExactly(1);
    }

    @Test
    void aDeviceWithoutFixedSizesRunsAnyBatch() {
        assertThat(BatchShapes.ANY.of(17)).isEqualTo(17);
        assertThat(BatchShapes.only(2).of(17)).isEqualTo(2);
    }
}
