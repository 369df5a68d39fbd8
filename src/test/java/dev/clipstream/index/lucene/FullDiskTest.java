package dev.clipstream.index.lucene;

import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.tck.TestMedia;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The index on a disk that is really full.
class FullDiskTest {
    private static final int DIMENSION = 512;
    private static final int BATCH = 8;
    private static final int FAILURES = 8;
    private static final ModelIdentity MODEL = TestMedia.model("wide", 'a', DIMENSION);

    private SmallDisk disk;
    private MediaIndexes indexes;

    @BeforeEach
    void openOnASmallDisk(@TempDir Path folder) throws Exception {
        disk = SmallDisk.mount(folder);
        indexes = LuceneIndexFactory.at(disk.folder().resolve("index"), Clock.systemUTC())
                .open();
    }

    @AfterEach
    void close() throws Exception {
        if (disk != null) {
            indexes.close();
            disk.close();
        }
    }

    /// @param free KiB: a write fails, or a merge in the background, depending on it
    @ParameterizedTest
    @ValueSource(ints = {0, 60, 400, 700, 1000})
    void writesFailAsUnavailableAndContinueWhenThereIsRoom(int free) throws Exception {
        // given
        MediaIndex index = indexes.open(MODEL);
        disk.fill(free);

        // when: a batch that fails is written again, as the topology does
        int written = 0;
        for (int failures = 0; failures < FAILURES; ) {
            try {
                index.write(batch(written));
                written++;
            } catch (IndexUnavailableException e) {
                failures++;
                assertThat(e).hasMessageContaining("No space left on device");
                assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.READ_ONLY);
                assertThat(indexes.health().message()).contains("No space left on device");
                assertThat(index.count(MediaFilter.ALL)).isGreaterThanOrEqualTo((long) written * BATCH);
            }
        }
        disk.makeRoom();
        index.write(batch(written));

        // then
        assertThat(index.count(MediaFilter.ALL)).isEqualTo((written + 1L) * BATCH);
        assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.UP);
    }

    @Test
    void anIndexIsCreatedWhenThereIsRoom() throws Exception {
        // given
        disk.fill(0);
        assertThatExceptionOfType(IndexUnavailableException.class)
                .isThrownBy(() -> indexes.open(MODEL))
                .withMessageContaining("No space left on device");
        assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.READ_ONLY);

        // when
        disk.makeRoom();
        indexes.open(MODEL).write(batch(0));

        // then
        assertThat(indexes.live().orElseThrow().count(MediaFilter.ALL)).isEqualTo(BATCH);
        assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.UP);
    }

    private static List<MediaWrite> batch(int number) {
        return IntStream.range(number * BATCH, (number + 1) * BATCH)
                .mapToObj(i -> {
                    double[] direction = new double[DIMENSION];
                    direction[i % DIMENSION] = 1;
                    return vector("m" + i, i, direction);
                })
                .toList();
    }
}
