package dev.clipstream.index.redis.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.index.tck.TestMedia;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VectorTypeTest {

    @Test
    void halfPrecisionIsNearlyExact() {
        Embedding vector = TestMedia.clustered(new Random(5), 512);
        assertThat(VectorType.FLOAT16.write(vector)).hasSize(1024);
        assertThat(VectorType.FLOAT16.read(VectorType.FLOAT16.write(vector)).cosine(vector))
                .isGreaterThan(0.999999);
        assertThat(VectorType.FLOAT32.read(VectorType.FLOAT32.write(vector)).cosine(vector))
                .isGreaterThan(0.9999999);
    }
}
