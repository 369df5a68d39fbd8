package dev.clipstream.index.lucene;

import static dev.clipstream.index.tck.TestMedia.deleteVector;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.tck.MediaIndexTck;
import dev.clipstream.index.tck.TestMedia;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LuceneIndexesTest {
    private static final ModelIdentity MODEL = TestMedia.model("three-axes", 'a', 3);
    private static final Clock CLOCK = Clock.fixed(TestMedia.NOON, ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Nested
    class OnDisk extends MediaIndexTck {
        @Override
        protected MediaIndexFactory createFactory() {
            return LuceneIndexFactory.at(folder, CLOCK);
        }
    }

    @Nested
    class InMemory extends MediaIndexTck {
        @Override
        protected MediaIndexFactory createFactory() {
            return LuceneIndexFactory.inMemory(CLOCK);
        }
    }

    @Test
    void anotherReaderOfTheFolderSeesEachBatchAndCannotWrite() {
        try (MediaIndexes writing = LuceneIndexFactory.at(folder, CLOCK).open();
                MediaIndexes reading = LuceneIndexFactory.at(folder, CLOCK).openReadOnly()) {
            // given
            MediaIndex written = writing.open(MODEL);
            MediaIndex read = reading.find(MODEL).orElseThrow();

            // when
            written.write(List.of(vector("m1", 1, 1, 0, 0)));

            // then
            assertThat(read.get("m1")).isPresent();
            assertThat(reading.live()).isPresent();
            assertThat(reading.health().state()).isEqualTo(IndexHealth.State.READ_ONLY);
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> read.write(List.of(vector("m1", 2, 1, 0, 0))))
                    .withMessageContaining("open for reading");
        }
    }

    @Test
    void twoWritersOfOneFolderAreRefused() {
        try (MediaIndexes first = LuceneIndexFactory.at(folder, CLOCK).open();
                MediaIndexes second = LuceneIndexFactory.at(folder, CLOCK).open()) {
            // given
            first.open(MODEL).write(List.of(vector("m1", 1, 1, 0, 0)));

            // when, then
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> second.open(MODEL).write(List.of(vector("m1", 2, 1, 0, 0))))
                    .withMessageContaining("another process (usually the service) has it open for writing");
        }
    }

    @ParameterizedTest
    @CsvSource({"3, STALE", "1, APPLIED"})
    void deletionsAreRememberedAsLongAsTheSettingSays(int hours, WriteOutcome replayed) {
        // given
        LuceneSettings settings = new LuceneSettings(folder, Duration.ofHours(hours));
        try (MediaIndexes indexes = new LuceneIndexFactory(settings, CLOCK).open()) {
            indexes.open(MODEL).write(List.of(vector("m1", 1, 1, 0, 0)));
            indexes.open(MODEL).write(List.of(deleteVector("m1", 2)));
        }

        // when
        Clock later = Clock.offset(CLOCK, Duration.ofHours(2));
        try (MediaIndexes indexes = new LuceneIndexFactory(settings, later).open()) {
            indexes.open(MODEL).write(List.of(vector("m2", 3, 1, 0, 0)));

            // then
            assertThat(indexes.open(MODEL).write(List.of(vector("m1", 1, 1, 0, 0))))
                    .containsExactly(replayed);
        }
    }

    @Test
    void aMissingFolderIsReported() {
        assertThatExceptionOfType(IndexMissingException.class)
                .isThrownBy(() ->
                        LuceneIndexFactory.at(folder.resolve("none"), CLOCK).openReadOnly())
                .withMessageContaining("found none")
                .withMessageContaining("index.path");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void vectorsOfMoreThanAThousandDimensionsAreStored() {
        ModelIdentity model = TestMedia.model("siglip-so400m", 'e', 1152);
        try (MediaIndexes indexes = LuceneIndexFactory.at(folder, CLOCK).open()) {
            // given
            double[] axis = new double[1152];
            axis[1151] = 1;

            // when
            indexes.open(model).write(List.of(vector("m1", 1, axis)));
        }

        // then
        try (MediaIndexes indexes = LuceneIndexFactory.at(folder, CLOCK).open()) {
            MediaIndex index = indexes.find(model).orElseThrow();
            assertThat(index.vector("m1").orElseThrow().toArray()[1151]).isEqualTo(1);
        }
    }
}
