package dev.clipstream.index;

import static dev.clipstream.index.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelIdentity;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneIndexesTest {
    private static final Clock CLOCK = Clock.fixed(TestMedia.NOON, ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Nested
    class OnDisk extends MediaIndexContract {
        @Override
        MediaIndexes createStore() {
            return LuceneIndexes.at(folder, CLOCK);
        }

        @Override
        MediaIndexes reopenStore() {
            return LuceneIndexes.at(folder, CLOCK);
        }

        @Override
        double tolerance() {
            return 1e-6;
        }
    }

    @Nested
    class InMemory extends MediaIndexContract {
        @Override
        MediaIndexes createStore() {
            return LuceneIndexes.inMemory(CLOCK);
        }

        @Override
        MediaIndexes reopenStore() {
            return LuceneIndexes.inMemory(CLOCK);
        }

        @Override
        double tolerance() {
            return 1e-6;
        }

        @Override
        boolean outlivesItsProcess() {
            return false;
        }
    }

    @Test
    void anotherReaderOfTheFolderSeesEachBatchAndCannotWrite() {
        try (MediaIndexes writing = LuceneIndexes.at(folder, CLOCK);
                MediaIndexes reading = LuceneIndexes.readOnly(folder, CLOCK)) {
            // given
            MediaIndex written = writing.open(MediaIndexContract.MODEL);
            MediaIndex read = reading.find(MediaIndexContract.MODEL).orElseThrow();

            // when
            written.write(List.of(vector("m1", 1, 1, 0, 0)));

            // then
            assertThat(read.get("m1")).isPresent();
            assertThat(reading.live()).isPresent();
            assertThat(reading.health().state()).isEqualTo(IndexHealth.State.READ_ONLY);
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> read.write(List.of(vector("m1", 2, 1, 0, 0))))
                    .withMessageContaining("opened for reading");
        }
    }

    @Test
    void twoWritersOfOneFolderAreRefused() {
        try (MediaIndexes first = LuceneIndexes.at(folder, CLOCK);
                MediaIndexes second = LuceneIndexes.at(folder, CLOCK)) {
            // given
            first.open(MediaIndexContract.MODEL).write(List.of(vector("m1", 1, 1, 0, 0)));

            // when, then
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> second.open(MediaIndexContract.MODEL).write(List.of(vector("m1", 2, 1, 0, 0))))
                    .withMessageContaining("another process (the service, as a rule) has it open to write");
        }
    }

    @Test
    void aFolderThatIsNotThereIsNotReadAsAnEmptyOne() {
        assertThatExceptionOfType(IndexMissingException.class)
                .isThrownBy(() -> LuceneIndexes.readOnly(folder.resolve("none"), CLOCK))
                .withMessageContaining("found none")
                .withMessageContaining("index.path");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void vectorsOfMoreThanThousandDimensionsAreKept() {
        ModelIdentity model = TestMedia.model("siglip-so400m", 'e', 1152);
        try (MediaIndexes indexes = LuceneIndexes.at(folder, CLOCK)) {
            // given
            double[] axis = new double[1152];
            axis[1151] = 1;

            // when
            indexes.open(model).write(List.of(vector("m1", 1, axis)));
        }

        // then
        try (MediaIndexes indexes = LuceneIndexes.at(folder, CLOCK)) {
            MediaIndex index = indexes.find(model).orElseThrow();
            assertThat(index.vector("m1").orElseThrow().toArray()[1151]).isEqualTo(1);
        }
    }
}
