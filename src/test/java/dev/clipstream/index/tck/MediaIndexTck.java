package dev.clipstream.index.tck;

import static dev.clipstream.index.tck.TestMedia.deleteVector;
import static dev.clipstream.index.tck.TestMedia.details;
import static dev.clipstream.index.tck.TestMedia.tags;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.BareClient;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.WriteOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// The test kit (TCK) of the contract: what every store must do.
///
/// The test of an implementation extends this class and supplies a factory of an empty store. It inherits all tests:
///
/// ```java
/// class OpenSearchIndexesTest extends MediaIndexTck {
///     @Override
///     protected MediaIndexFactory createFactory() {
///         return new OpenSearchIndexFactory(new OpenSearchSettings(url, "test-" + UUID.randomUUID()));
///     }
/// }
/// ```
///
/// Nested test classes may extend it, one for each variant of the settings. Without [MediaIndexFactory#address] the tests
/// of restarts and readers are skipped, and without [MediaIndexFactory#bareClient] those of bare clients.
public abstract class MediaIndexTck extends SearchTck {
    /// Returns a factory of a store that has no index. Called once before each test. All stores that the factory
    /// opens hold the same indexes, unless no other process sees them.
    @Override
    protected abstract MediaIndexFactory createFactory() throws Exception;

    /// Returns how far a cosine may be from the exact one: 0.000001 by default, more if the store quantizes vectors.
    @Override
    protected double tolerance() {
        return 1e-6;
    }

    @Test
    void eachModelHasItsOwnIndexAndTheFirstIsLive() {
        // given
        ModelIdentity next = TestMedia.model("three-axes", 'c', 3);

        // when
        MediaIndex other = indexes.open(next);
        write(vector("m1", 1, 1, 0, 0));

        // then
        assertThat(other.count(MediaFilter.ALL)).isZero();
        assertThat(other.get("m1")).isEmpty();
        assertThat(indexes.live().orElseThrow().model()).isEqualTo(MODEL);
        assertThat(indexes.list())
                .extracting(IndexDescription::name, IndexDescription::media, IndexDescription::live)
                .containsExactlyInAnyOrder(tuple(IndexName.of(MODEL), 1L, true), tuple(IndexName.of(next), 0L, false));
        assertThat(indexes.open(MODEL).count(MediaFilter.ALL)).isEqualTo(1);
        assertThat(indexes.find(TestMedia.model("unknown", 'd', 3))).isEmpty();

        // when
        indexes.switchTo(IndexName.of(next));

        // then
        assertThat(indexes.live().orElseThrow().model()).isEqualTo(next);
    }

    @Test
    void aNewIndexIsFillingUntilItIsMarkedFilled() {
        // given
        assertThat(index.isFilling()).isTrue();
        assertThat(index.describe().filling()).isTrue();

        // when
        index.markFilled();

        // then
        assertThat(indexes.find(MODEL).orElseThrow().isFilling()).isFalse();
        assertThat(index.describe().filling()).isFalse();
        write(vector("m1", 1, 1, 0, 0));
        assertThat(indexes.open(MODEL).isFilling()).isFalse();
    }

    @Test
    void onlyAnIndexThatIsNotLiveCanBeDropped() {
        // given
        ModelIdentity next = TestMedia.model("three-axes", 'c', 3);
        MediaIndex other = indexes.open(next);
        String born = other.describe().born();
        other.write(List.of(vector("m1", 1, 1, 0, 0)));

        // when, then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> indexes.drop(IndexName.of(MODEL)))
                .withMessageContaining("live");
        indexes.drop(IndexName.of(next));
        assertThat(indexes.list()).extracting(IndexDescription::name).containsExactly(IndexName.of(MODEL));
        assertThat(indexes.find(next)).isEmpty();
        assertThatExceptionOfType(IndexMissingException.class)
                .isThrownBy(() -> other.write(List.of(vector("m1", 2, 1, 0, 0))));
        assertThatExceptionOfType(IndexMissingException.class).isThrownBy(() -> other.nearest(query(1, 0, 0)));
        assertThatExceptionOfType(IndexMissingException.class).isThrownBy(() -> indexes.switchTo(IndexName.of(next)));
        assertThatExceptionOfType(IndexMissingException.class).isThrownBy(() -> indexes.drop("../x"));

        // when
        MediaIndex again = indexes.open(next);

        // then
        assertThat(again.count(MediaFilter.ALL)).isZero();
        assertThat(again.describe().born()).isNotEqualTo(born);
    }

    @Test
    void aWorkingStoreIsUp() {
        assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.UP);
    }

    @Test
    void indexesOutliveARestart() {
        // given
        assumeOutlivesItsProcess();
        index.write(List.of(
                vector("m1", 1, 1, 0, 0),
                tags("m1", 1, "cat", 0.9),
                vector("m2", 1, 0, 1, 0),
                deleteVector("m3", 5),
                tags("m4", 1, "dog", 0.5)));
        IndexDescription before = index.describe();
        Optional<IndexedMedia> medium = index.get("m1");

        // when
        indexes.close();
        indexes = factory.open();
        index = indexes.find(MODEL).orElseThrow();

        // then
        assertThat(index.describe()).isEqualTo(before);
        assertThat(index.get("m1")).isEqualTo(medium);
        assertThat(nearest(query(1, 0, 0))).containsExactly("m1", "m2");
        assertThat(write(vector("m3", 4, 1, 0, 0))).isEqualTo(WriteOutcome.STALE);
        assertThat(write(vector("m2", 1, 1, 0, 0))).isEqualTo(WriteOutcome.STALE);
        assertThat(write(vector("m4", 1, 1, 0, 0))).isEqualTo(WriteOutcome.APPLIED);
        assertThat(index.get("m4").orElseThrow().tags()).contains(TestMedia.tagSet("dog", 0.5));
        assertThat(indexes.live()).isPresent();
    }

    private void assumeOutlivesItsProcess() {
        assumeTrue(factory.address().isPresent(), "the store is seen by its own process alone");
    }

    @Test
    void aReaderOfTheStoreSeesNewWrites() {
        // given
        assumeOutlivesItsProcess();
        try (MediaIndexes reading = factory.openReadOnly()) {
            MediaIndex read = reading.find(MODEL).orElseThrow();

            // when
            write(vector("m1", 1, 1, 0, 0));

            // then
            assertThat(read.get("m1")).isEqualTo(index.get("m1")).isPresent();
            assertThat(reading.liveName()).contains(IndexName.of(MODEL));
        }
    }

    @Test
    void aWorkingStoreIsWritable() {
        // given: one process writes
        indexes.close();

        // when, then
        assertThatCode(() -> factory.requireWritable()).doesNotThrowAnyException();
    }

    @Test
    void aBareClientSearchesTheIndexAndRemovesEverything() {
        // given
        BareClient bare = factory.bareClient(MODEL).orElse(null);
        assumeTrue(bare != null, "the store has no server");
        index.write(List.of(vector("m1", 1, 1, 0, 0), vector("m2", 1, 0, 1, 0), tags("m2", 1, "cat", 0.9)));

        // when
        try (bare) {
            bare.write(List.of(new BareClient.Document(
                    "m3", TestMedia.direction(0, 0, 1), details(3), TestMedia.tagSet("dog", 0.5))));

            // then
            assertThat(bare.nearest(TestMedia.direction(0, 1, 0), 1, 100)).containsExactly("m2");
            assertThat(bare.usedBytes()).isPositive();
            assertThat(index.get("m3")).isEmpty();
        }
        assertThat(indexes.find(MODEL)).isEmpty();
    }

    @Test
    void readersSeeWholeMediaWhileTheIndexIsWritten() throws Exception {
        // given
        write(vector("m1", 1, 1, 0, 0));
        write(tags("m1", 1, "cat", 0.001));
        AtomicBoolean done = new AtomicBoolean();
        List<Instant> seen = Collections.synchronizedList(new ArrayList<>());
        Thread reader = Thread.ofVirtual().start(() -> {
            while (!done.get()) {
                List<MediaHit> hits = index.nearest(query(1, 0, 0));
                hits.forEach(hit -> seen.add(hit.media().details().uploadedAt()));
            }
        });

        // when
        for (int version = 2; version <= 20; version++) {
            index.write(List.of(vector("m1", version, 1, 0, 0), tags("m1", version, "cat", 0.001 * version)));
        }
        done.set(true);
        reader.join();

        // then
        assertThat(seen).isSorted();
        assertThat(index.get("m1").orElseThrow().tags()).contains(TestMedia.tagSet("cat", 0.02));
    }
}
