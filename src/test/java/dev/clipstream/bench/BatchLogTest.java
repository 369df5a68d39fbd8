package dev.clipstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.image.RgbImage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchLogTest {
    private final Backlog backlog = new Backlog();
    private final BatchLog log = new BatchLog();

    @Test
    void runsWithoutLoadOnlyCountInTheOverallMean() throws Exception {
        // given 3 images, then 40 more
        ImageSession device = new ObservedDevice(new NoOpDevice(4, Duration.ZERO), backlog, log);
        acknowledge(3);
        device.run(pictures(3));
        acknowledge(40);

        // when all run in batches of 8, except one batch of 4 while more wait
        device.run(pictures(8));
        device.run(pictures(4));
        for (int i = 0; i < 3; i++) {
            device.run(pictures(8));
        }
        device.run(pictures(4));

        // then 40 and 32 are load for batches of 8, and 28, 20, 12 and 4 are not
        assertThat(log.read(8)).isEqualTo(new Measurements.Batches(8, 7, 43, 43 / 7.0, 2, 6));
    }

    @Test
    void aFailedRunDoesNotCountAndItsImagesWaitAgain() throws Exception {
        // given
        ImageSession failing = new ObservedDevice(new FailingDevice(), backlog, log);
        acknowledge(4);
        assertThatExceptionOfType(EmbeddingException.class).isThrownBy(() -> failing.run(pictures(4)));

        // when
        new ObservedDevice(new NoOpDevice(4, Duration.ZERO), backlog, log).run(pictures(1));

        // then
        assertThat(log.read(1)).isEqualTo(new Measurements.Batches(1, 1, 1, 1, 1, 1));
    }

    @Test
    void clearedRunsAreNotReported() {
        log.ran(8, 100);
        log.clear();

        assertThat(log.read(8)).isEqualTo(new Measurements.Batches(8, 0, 0, 0, 0, 0));
    }

    private void acknowledge(int count) {
        IntStream.range(0, count).forEach(i -> backlog.acknowledged());
    }

    private static List<RgbImage> pictures(int count) {
        return Collections.nCopies(count, new RgbImage(1, 1, new byte[3]));
    }

    /// A model that fails on every image.
    private static final class FailingDevice implements ImageSession {
        @Override
        public String device() {
            return "failing";
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) throws EmbeddingException {
            throw new EmbeddingException("fails", null);
        }

        @Override
        public void close() {}
    }
}
