package dev.clipstream.index.tck;

import static dev.clipstream.index.tck.TestMedia.NOON;
import static dev.clipstream.index.tck.TestMedia.deleteTags;
import static dev.clipstream.index.tck.TestMedia.deleteVector;
import static dev.clipstream.index.tck.TestMedia.details;
import static dev.clipstream.index.tck.TestMedia.tags;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.BareClient;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.TagCount;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.Version;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.rules.MediaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The technology compatibility kit of [MediaIndex]: what every store does, whatever keeps it.
///
/// The test of an implementation extends this class, supplies a factory of an empty store, and inherits all tests:
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
/// A test that is nested in another may extend it, too, once for each kind of settings. Tests of what outlives a
/// process
/// are skipped where [MediaIndexFactory#address] is empty, those of bare clients where there is none.
public abstract class MediaIndexTck {
    /// The model whose index is open in every test.
    protected static final ModelIdentity MODEL = TestMedia.model("three-axes", 'a', 3);

    /// Made by [#createFactory] before each test.
    protected MediaIndexFactory factory;

    /// The open store, closed after each test.
    protected MediaIndexes indexes;

    /// The index of [#MODEL], empty.
    protected MediaIndex index;

    /// Returns a factory of a store that has no index. Called once before each test; each of its stores that outlives
    /// its process holds the same indexes.
    protected abstract MediaIndexFactory createFactory() throws Exception;

    /// Returns how far a cosine may be from the exact one: 0.000001 by default, more where vectors are quantized.
    protected double tolerance() {
        return 1e-6;
    }

    @BeforeEach
    final void open() throws Exception {
        factory = createFactory();
        indexes = factory.open();
        index = indexes.open(MODEL);
    }

    @AfterEach
    final void close() {
        if (indexes != null) {
            indexes.close();
        }
    }

    private WriteOutcome write(MediaWrite write) {
        return index.write(List.of(write)).getFirst();
    }

    private List<String> nearest(NearestQuery query) {
        return index.nearest(query).stream().map(hit -> hit.media().mediaId()).toList();
    }

    private static NearestQuery query(double... direction) {
        return NearestQuery.of(TestMedia.direction(direction), 10);
    }

    // --- writing -----------------------------------------------------------------------------------------------------

    @Test
    void aMediumIsFoundByItsIdAndItsVectorAsItWasWritten() {
        // when
        write(vector("m1", 1, 0.6, 0.8, 0));
        write(tags("m1", 1, "cat", 0.9, "dog", 0.4));

        // then
        IndexedMedia media = index.get("m1").orElseThrow();
        assertThat(media.mediaId()).isEqualTo("m1");
        assertThat(media.details()).isEqualTo(details(1));
        assertThat(media.tags()).contains(TestMedia.tagSet("cat", 0.9, "dog", 0.4));
        assertThat(index.nearest(query(1, 0, 0))).singleElement().satisfies(hit -> {
            assertThat(hit.media()).isEqualTo(media);
            assertThat(hit.cosine()).isCloseTo(0.6, within(tolerance()));
        });
        assertThat(index.vector("m1").orElseThrow().cosine(TestMedia.direction(0.6, 0.8, 0)))
                .isCloseTo(1, within(tolerance()));
        assertThat(index.count(MediaFilter.ALL)).isEqualTo(1);
    }

    @Test
    void whateverAProducerCallsItsMediaAndAttributesComesBackUnchanged() {
        // given
        String id = "albums/夏 2026/“{a}” b|c,d\\e'f\"%20*?.jpg";
        Map<String, String> attributes =
                Map.of("owner", "O'Brien \"Bob\" | x,y {z} \\ %", "长", "值".repeat(200), "empty", "");
        MediaDetails details = new MediaDetails(null, null, 1, 1, NOON, attributes);

        // when
        write(new MediaWrite.PutVector(id, TestMedia.version(1), "u1", TestMedia.direction(1, 0, 0), details));
        write(new MediaWrite.PutTags(
                id,
                TestMedia.version(1),
                "u1",
                new TagSet("my set: \"1\"", "v|1", List.of(new IndexedTag("红 \"car\"|*:1", "红车", 0.5, 0.2)))));

        // then
        IndexedMedia media = index.get(id).orElseThrow();
        assertThat(media.mediaId()).isEqualTo(id);
        assertThat(media.details()).isEqualTo(details);
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            assertThat(nearest(query(1, 0, 0)
                            .withFilter(
                                    MediaFilter.ALL.withAttributes(Map.of(attribute.getKey(), attribute.getValue())))))
                    .containsExactly(id);
        }
        assertThat(nearest(query(1, 0, 0)
                        .withFilter(MediaFilter.ALL
                                .withTags(Set.of("红 \"car\"|*:1"), Set.of(), Set.of())
                                .withLabelSet("my set: \"1\""))))
                .containsExactly(id);
        assertThat(index.newest(MediaFilter.ALL, 0, 10)).containsExactly(media);
        assertThat(index.tagCounts(MediaFilter.ALL, 10)).containsExactly(new TagCount("红 \"car\"|*:1", 1));
    }

    @Test
    void aLongMediaIdIsOneLikeAnyOther() {
        // given
        String id = "x".repeat(40_000);

        // when
        write(new MediaWrite.PutVector(id, TestMedia.version(1), "u1", TestMedia.direction(1, 0, 0), details(1)));

        // then
        assertThat(nearest(query(1, 0, 0))).containsExactly(id);
        assertThat(index.get(id)).isPresent();
        assertThat(write(new MediaWrite.DeleteVector(id, TestMedia.version(2)))).isEqualTo(WriteOutcome.APPLIED);
        assertThat(index.get(id)).isEmpty();
    }

    @Test
    void severalMediaAreReadAtOnceInTheOrderOfTheirIds() {
        // given
        index.write(List.of(vector("m1", 1, 1, 0, 0), vector("m2", 2, 1, 0, 0), deleteVector("m3", 3)));

        // when, then
        assertThat(index.get(List.of("m2", "m3", "m1", "m2")))
                .containsExactly(index.get("m2"), Optional.empty(), index.get("m1"), index.get("m2"));
        assertThat(index.get(List.of())).isEmpty();
    }

    @Test
    void aNewerVectorTakesThePlaceOfTheOlder() {
        // given
        write(vector("m1", 1, 1, 0, 0));

        // when
        assertThat(write(vector("m1", 2, 0, 1, 0))).isEqualTo(WriteOutcome.APPLIED);

        // then
        assertThat(index.nearest(query(0, 1, 0)))
                .singleElement()
                .satisfies(hit -> assertThat(hit.cosine()).isCloseTo(1, within(tolerance())));
        assertThat(index.get("m1").orElseThrow().details()).isEqualTo(details(2));
        assertThat(index.count(MediaFilter.ALL)).isEqualTo(1);
    }

    @Test
    void theSameOrAnOlderWriteChangesNothing() {
        // given
        write(vector("m1", 5, 1, 0, 0));
        write(tags("m1", 5, "cat", 0.9));
        IndexedMedia before = index.get("m1").orElseThrow();

        // when
        List<WriteOutcome> outcomes = index.write(List.of(
                vector("m1", 5, 0, 1, 0),
                vector("m1", 4, 0, 1, 0),
                tags("m1", 5, "dog", 0.9),
                tags("m1", 4, "dog", 0.9),
                deleteVector("m1", 5),
                deleteVector("m1", 3),
                deleteTags("m1", 2)));

        // then
        assertThat(outcomes).hasSize(7).containsOnly(WriteOutcome.STALE);
        assertThat(index.get("m1")).contains(before);
        assertThat(index.nearest(query(1, 0, 0)).getFirst().cosine()).isCloseTo(1, within(tolerance()));
    }

    @Test
    void aDeletionRemovesAndIsNotUndoneByWhatIsOlder() {
        // given
        write(vector("m1", 1, 1, 0, 0));
        write(tags("m1", 1, "cat", 0.9));

        // when
        assertThat(write(deleteVector("m1", 7))).isEqualTo(WriteOutcome.APPLIED);

        // then
        assertThat(write(vector("m1", 6, 1, 0, 0))).isEqualTo(WriteOutcome.STALE);
        assertThat(index.get("m1")).isEmpty();
        assertThat(index.vector("m1")).isEmpty();
        assertThat(index.nearest(query(1, 0, 0))).isEmpty();
        assertThat(index.newest(MediaFilter.ALL, 0, 10)).isEmpty();
        assertThat(index.count(MediaFilter.ALL)).isZero();
        assertThat(index.tagCounts(MediaFilter.ALL, 10)).isEmpty();
    }

    @Test
    void aDeletedMediumCanBeUploadedAgainWithoutItsOldTags() {
        // given
        write(vector("m1", 1, 1, 0, 0));
        write(tags("m1", 1, "cat", 0.9));
        write(deleteVector("m1", 2));

        // when
        assertThat(write(vector("m1", 3, 0, 1, 0))).isEqualTo(WriteOutcome.APPLIED);

        // then
        assertThat(index.get("m1").orElseThrow().tags()).isEmpty();
        assertThat(nearest(query(0, 1, 0))).containsExactly("m1");
    }

    @Test
    void theDeletionOfWhatNeverWasIsRemembered() {
        assertThat(write(deleteVector("m1", 7))).isEqualTo(WriteOutcome.APPLIED);
        assertThat(write(deleteVector("m1", 7))).isEqualTo(WriteOutcome.STALE);
        assertThat(write(vector("m1", 6, 1, 0, 0))).isEqualTo(WriteOutcome.STALE);
        assertThat(index.count(MediaFilter.ALL)).isZero();
    }

    @Test
    void tagsThatComeBeforeTheirVectorAreShownWithIt() {
        // when
        assertThat(write(tags("m1", 1, "cat", 0.9))).isEqualTo(WriteOutcome.APPLIED);

        // then
        assertThat(index.get("m1")).isEmpty();
        assertThat(index.count(MediaFilter.ALL)).isZero();
        assertThat(index.tagCounts(MediaFilter.ALL, 10)).isEmpty();

        // when
        write(vector("m1", 1, 1, 0, 0));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).contains(TestMedia.tagSet("cat", 0.9));
        assertThat(nearest(query(1, 0, 0).withFilter(MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of()))))
                .containsExactly("m1");
        assertThat(index.tagCounts(MediaFilter.ALL, 10)).containsExactly(new TagCount("cat", 1));
    }

    @Test
    void aNewPictureDoesNotStandBesideTheTagsOfItsPredecessor() {
        // given
        write(vector("m1", 1, 1, 0, 0));
        write(tags("m1", 1, "cat", 0.9));

        // when
        write(vector("m1", 2, 0, 1, 0));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).isEmpty();
        assertThat(nearest(query(0, 1, 0).withFilter(MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of()))))
                .isEmpty();
        assertThat(index.tagCounts(MediaFilter.ALL, 10)).isEmpty();

        // when
        write(tags("m1", 2, "dog", 0.8));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).contains(TestMedia.tagSet("dog", 0.8));
        assertThat(index.tagCounts(MediaFilter.ALL, 10)).containsExactly(new TagCount("dog", 1));
    }

    @Test
    void tagsOfTheNextUploadWaitForItsVector() {
        // given
        write(vector("m1", 1, 1, 0, 0));
        write(tags("m1", 1, "cat", 0.9));

        // when
        write(tags("m1", 2, "dog", 0.8));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).isEmpty();

        // when
        write(vector("m1", 2, 0, 1, 0));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).contains(TestMedia.tagSet("dog", 0.8));
    }

    @Test
    void newTagsOfTheSamePictureTakeThePlaceOfTheOld() {
        // given
        write(vector("m1", 1, 1, 0, 0));
        write(tags("m1", 1, "cat", 0.9));

        // when: another label set, from the stored vector
        write(new MediaWrite.PutTags("m1", TestMedia.version(2), "u1", TestMedia.tagSet("tree", 0.7, "dog", 0.2)));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).contains(TestMedia.tagSet("tree", 0.7, "dog", 0.2));
        assertThat(index.tagCounts(MediaFilter.ALL, 10))
                .containsExactly(new TagCount("dog", 1), new TagCount("tree", 1));
        assertThat(index.nearest(query(1, 0, 0)).getFirst().cosine()).isCloseTo(1, within(tolerance()));

        // when
        write(deleteTags("m1", 3));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).isEmpty();
        assertThat(nearest(query(1, 0, 0))).containsExactly("m1");
        assertThat(index.tagCounts(MediaFilter.ALL, 10)).isEmpty();
    }

    @Test
    void inAnotherLogTheTimeTellsWhatIsNewer() {
        // given: the topic was made anew, its offsets begin again
        write(vector("m1", 100, 1, 0, 0));

        // when, then
        assertThat(write(TestMedia.vector(
                        "m1", new Version("other-0", 0, TestMedia.version(99).time()), "u0", 0, 1, 0)))
                .isEqualTo(WriteOutcome.STALE);
        assertThat(write(TestMedia.vector(
                        "m1", new Version("other-0", 1, TestMedia.version(101).time()), "u0", 0, 1, 0)))
                .isEqualTo(WriteOutcome.APPLIED);
        assertThat(write(TestMedia.vector(
                        "m1", new Version("other-0", 2, TestMedia.version(1).time()), "u0", 0, 0, 1)))
                .isEqualTo(WriteOutcome.APPLIED);
    }

    @Test
    void aBatchIsWrittenInItsOrder() {
        // when
        List<WriteOutcome> outcomes = index.write(List.of(
                vector("m1", 1, 1, 0, 0),
                tags("m1", 1, "cat", 0.9),
                deleteVector("m1", 2),
                vector("m2", 3, 1, 0, 0),
                vector("m1", 4, 0, 1, 0),
                vector("m2", 2, 0, 1, 0)));

        // then
        assertThat(outcomes)
                .containsExactly(
                        WriteOutcome.APPLIED,
                        WriteOutcome.APPLIED,
                        WriteOutcome.APPLIED,
                        WriteOutcome.APPLIED,
                        WriteOutcome.APPLIED,
                        WriteOutcome.STALE);
        assertThat(nearest(query(0, 1, 0))).containsExactly("m1", "m2");
    }

    @Test
    void aVectorOfAnotherDimensionIsRefusedAndNothingOfItsBatchIsWritten() {
        // given
        MediaWrite wrong =
                new MediaWrite.PutVector("m2", TestMedia.version(1), "u1", TestMedia.direction(1, 0, 0, 0), details(1));

        // when, then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> index.write(List.of(vector("m1", 1, 1, 0, 0), wrong)))
                .withMessageContaining("dimension 3")
                .withMessageContaining("found one of 4");
        assertThat(index.count(MediaFilter.ALL)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> index.nearest(query(1, 0, 0, 0)))
                .withMessageContaining("dimension 3");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void inWhateverOrderAndHoweverOftenWritesComeTheEndIsTheSame(long seed) {
        // given
        Random random = new Random(seed);
        List<MediaWrite> writes = new ArrayList<>();
        for (int version = 1; version <= 60; version++) {
            String id = "m" + random.nextInt(5);
            writes.add(
                    switch (random.nextInt(5)) {
                        case 0 -> deleteVector(id, version);
                        case 1 -> deleteTags(id, version);
                        case 2 -> tags(id, version, "cat", 0.001 * version);
                        default -> vector(id, version, random.nextGaussian(), random.nextGaussian(), 1);
                    });
        }
        Map<String, MediaState> expected = new HashMap<>();
        writes.forEach(write -> expected.merge(
                write.mediaId(),
                MediaState.NONE.after(write).orElseThrow(),
                (state, first) -> state.after(write).orElse(state)));
        List<MediaWrite> shuffled = new ArrayList<>(writes);
        shuffled.addAll(writes.subList(0, 30));
        Collections.shuffle(shuffled, random);

        // when
        for (int from = 0; from < shuffled.size(); from += 7) {
            index.write(shuffled.subList(from, Math.min(from + 7, shuffled.size())));
        }

        // then
        for (Map.Entry<String, MediaState> medium : expected.entrySet()) {
            assertThat(index.get(medium.getKey())).isEqualTo(medium.getValue().shown(medium.getKey()));
        }
        assertThat(index.count(MediaFilter.ALL))
                .isEqualTo(expected.entrySet().stream()
                        .filter(medium ->
                                medium.getValue().shown(medium.getKey()).isPresent())
                        .count());
    }

    // --- asking ------------------------------------------------------------------------------------------------------

    @Test
    void hitsComeBestFirstAndEqualOnesByTheirId() {
        // given
        index.write(List.of(
                vector("c", 1, 0.8, 0.6, 0),
                vector("b", 1, 0.8, 0.6, 0),
                vector("far", 1, -1, 0, 0),
                vector("best", 1, 1, 0, 0),
                vector("a", 1, 0.8, 0.6, 0)));

        // when
        List<MediaHit> hits = index.nearest(query(1, 0, 0));

        // then
        assertThat(hits).extracting(hit -> hit.media().mediaId()).containsExactly("best", "a", "b", "c", "far");
        assertThat(hits.getLast().cosine()).isCloseTo(-1, within(tolerance()));
        assertThat(nearest(query(1, 0, 0).withMinCosine(0.5))).containsExactly("best", "a", "b", "c");
        assertThat(nearest(query(1, 0, 0).withPage(1, 2))).containsExactly("a", "b");
    }

    @Test
    void pagesNeitherRepeatNorSkip() {
        // given
        Random random = new Random(7);
        index.write(IntStream.range(0, 300)
                .mapToObj(i -> vector("m" + i, i, random.nextGaussian(), random.nextGaussian(), random.nextGaussian()))
                .toList());
        NearestQuery query = query(1, 1, 1);

        // when
        List<String> paged = new ArrayList<>();
        for (int offset = 0; offset < 100; offset += 7) {
            paged.addAll(nearest(query.withPage(offset, Math.min(7, 100 - offset))));
        }

        // then
        assertThat(paged).hasSize(100).doesNotHaveDuplicates();
        assertThat(nearest(query.withPage(0, 100))).isEqualTo(paged);
        assertThat(nearest(query.withPage(0, 1000))).hasSize(300).doesNotHaveDuplicates();
        assertThat(nearest(query.withPage(299, 10))).hasSize(1);
        assertThat(nearest(query.withPage(300, 10))).isEmpty();
    }

    @Test
    void everyFilterKeepsWhatItsWordsSay() {
        // given
        List<IndexedMedia> all = new ArrayList<>();
        List<MediaWrite> writes = new ArrayList<>();
        Random random = new Random(11);
        List<String> labels = List.of("cat", "cat tree", "dog", "日", "a|b");
        for (int i = 1; i <= 200; i++) {
            List<IndexedTag> tags = new ArrayList<>();
            for (String label : labels) {
                if (random.nextInt(3) == 0) {
                    tags.add(new IndexedTag(label, label, random.nextInt(11) / 10.0, 0.2));
                }
            }
            TagSet tagSet =
                    random.nextInt(10) == 0 ? null : new TagSet(random.nextBoolean() ? "everyday" : "every", "1", tags);
            MediaDetails details = new MediaDetails(
                    null,
                    "image/png",
                    i,
                    1,
                    NOON.plusSeconds(i),
                    Map.of("album", random.nextBoolean() ? "summer" : "summer 2", "n", Integer.toString(i % 3)));
            writes.add(new MediaWrite.PutVector(
                    "m" + i,
                    TestMedia.version(i),
                    "u" + i,
                    TestMedia.direction(random.nextGaussian(), random.nextGaussian(), 1),
                    details));
            if (tagSet != null) {
                writes.add(new MediaWrite.PutTags("m" + i, TestMedia.version(i), "u" + i, tagSet));
            }
            all.add(new IndexedMedia("m" + i, "u" + i, details, tagSet));
        }
        index.write(writes);
        List<MediaFilter> filters = List.of(
                MediaFilter.ALL,
                MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of()),
                MediaFilter.ALL.withTags(Set.of("cat", "dog"), Set.of(), Set.of()),
                MediaFilter.ALL.withTags(Set.of(), Set.of("cat", "日"), Set.of()),
                MediaFilter.ALL.withTags(Set.of(), Set.of(), Set.of("cat", "a|b")),
                MediaFilter.ALL.withTags(Set.of("dog"), Set.of("日", "a|b"), Set.of("cat")),
                MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of()).withMinProbability(0.3),
                MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of()).withMinProbability(0.7),
                MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of()).withMinProbability(0.71),
                MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of()).withMinProbability(1),
                MediaFilter.ALL
                        .withTags(Set.of(), Set.of("dog", "日"), Set.of("cat"))
                        .withMinProbability(0.5),
                MediaFilter.ALL.withUploaded(NOON.plusSeconds(50), null),
                MediaFilter.ALL.withUploaded(null, NOON.plusSeconds(50)),
                MediaFilter.ALL.withUploaded(NOON.plusSeconds(50), NOON.plusSeconds(60)),
                MediaFilter.ALL.withAttributes(Map.of("album", "summer")),
                MediaFilter.ALL.withAttributes(Map.of("album", "summer 2", "n", "1")),
                MediaFilter.ALL.withAttributes(Map.of("album", "winter")),
                MediaFilter.ALL.withLabelSet("every"),
                MediaFilter.ALL
                        .withLabelSet("everyday")
                        .withTags(Set.of("日"), Set.of(), Set.of())
                        .withAttributes(Map.of("n", "0"))
                        .withUploaded(NOON, NOON.plusSeconds(150)));

        for (MediaFilter filter : filters) {
            // when
            List<String> wanted = all.stream()
                    .filter(filter::matches)
                    .map(IndexedMedia::mediaId)
                    .toList();

            // then
            assertThat(nearest(new NearestQuery(TestMedia.direction(0, 0, 1), filter, 0, 1000, 0, -1)))
                    .as("nearest %s", filter)
                    .containsExactlyInAnyOrderElementsOf(wanted);
            assertThat(index.newest(filter, 0, 1000))
                    .as("newest %s", filter)
                    .extracting(IndexedMedia::mediaId)
                    .containsExactlyElementsOf(wanted.reversed());
            assertThat(index.count(filter)).as("count %s", filter).isEqualTo(wanted.size());
            assertThat(index.tagCounts(filter, 100))
                    .as("tags %s", filter)
                    .isEqualTo(labels.stream()
                            .map(label -> new TagCount(label, countOf(label, all, filter)))
                            .filter(count -> count.media() > 0)
                            .sorted(TagCount.MOST_FIRST)
                            .toList());
        }
        assertThat(index.tagCounts(MediaFilter.ALL, 2)).hasSize(2);
    }

    private static long countOf(String label, List<IndexedMedia> all, MediaFilter filter) {
        return all.stream()
                .filter(filter::matches)
                .filter(media -> media.tags().stream()
                        .flatMap(tags -> tags.tags().stream())
                        .anyMatch(tag -> tag.labelId().equals(label)))
                .count();
    }

    @Test
    void theNewestComeFirstPageByPage() {
        // given
        index.write(IntStream.rangeClosed(1, 30)
                .mapToObj(i -> vector("m" + i, i, 1, i, 0))
                .toList());

        // when, then
        assertThat(index.newest(MediaFilter.ALL, 0, 3))
                .extracting(IndexedMedia::mediaId)
                .containsExactly("m30", "m29", "m28");
        assertThat(index.newest(MediaFilter.ALL, 27, 10))
                .extracting(IndexedMedia::mediaId)
                .containsExactly("m3", "m2", "m1");
        assertThat(index.newest(MediaFilter.ALL, 30, 10)).isEmpty();
    }

    @Test
    void ofTenThousandVectorsTheTenNearestAreFound() {
        // given
        ModelIdentity model = TestMedia.model("many", 'b', 64);
        MediaIndex many = indexes.open(model);
        Random random = new Random(3);
        List<Embedding> vectors = new ArrayList<>();
        List<MediaWrite> batch = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Embedding vector = TestMedia.clustered(random, 64);
            vectors.add(vector);
            Map<String, String> attributes = Map.of("hundred", Integer.toString(i % 100));
            batch.add(new MediaWrite.PutVector(
                    "m" + i,
                    TestMedia.version(i),
                    "u" + i,
                    vector,
                    new MediaDetails(null, null, 1, 1, NOON, attributes)));
            if (batch.size() == 1000) {
                many.write(batch);
                batch.clear();
            }
        }
        assertThat(many.count(MediaFilter.ALL)).isEqualTo(10_000);

        // when
        int queries = 100;
        int found = 0;
        int foundFiltered = 0;
        MediaFilter onePercent = MediaFilter.ALL.withAttributes(Map.of("hundred", "17"));
        for (int i = 0; i < queries; i++) {
            Embedding query = TestMedia.clustered(random, 64);
            found += common(exact(vectors, query, 1, 0), many.nearest(NearestQuery.of(query, 10)));
            foundFiltered += common(
                    exact(vectors, query, 100, 17),
                    many.nearest(NearestQuery.of(query, 10).withFilter(onePercent)));
        }

        // then
        assertThat(found / (10.0 * queries)).as("recall@10").isGreaterThanOrEqualTo(0.95);
        assertThat(foundFiltered / (10.0 * queries))
                .as("recall@10 behind a filter that keeps 1 %%")
                .isGreaterThanOrEqualTo(0.95);
        assertPagesFit(many, NearestQuery.of(TestMedia.clustered(random, 64), 1));
    }

    /// However deep they go, and wherever a deeper search begins.
    private static void assertPagesFit(MediaIndex many, NearestQuery query) {
        List<String> paged = new ArrayList<>();
        for (int offset = 0; offset < 2600; offset += 130) {
            many.nearest(query.withPage(offset, 130))
                    .forEach(hit -> paged.add(hit.media().mediaId()));
        }
        assertThat(paged).hasSize(2600).doesNotHaveDuplicates();
        assertThat(many.nearest(query.withPage(0, 2600)))
                .extracting(hit -> hit.media().mediaId())
                .isEqualTo(paged);
    }

    private static Set<String> exact(List<Embedding> vectors, Embedding query, int step, int first) {
        return new HashSet<>(IntStream.iterate(first, i -> i < vectors.size(), i -> i + step)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -vectors.get(i).cosine(query)))
                .limit(10)
                .map(i -> "m" + i)
                .toList());
    }

    private static int common(Set<String> exact, List<MediaHit> hits) {
        return (int) hits.stream()
                .filter(hit -> exact.contains(hit.media().mediaId()))
                .count();
    }

    // --- indexes beside each other -----------------------------------------------------------------------------------

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
    void aNewIndexIsBeingFilledUntilItIsToldThatItIsNot() {
        // given
        assertThat(index.isFilling()).isTrue();
        assertThat(index.describe().filling()).isTrue();

        // when
        index.filled();

        // then
        assertThat(indexes.find(MODEL).orElseThrow().isFilling()).isFalse();
        assertThat(index.describe().filling()).isFalse();
        write(vector("m1", 1, 1, 0, 0));
        assertThat(indexes.open(MODEL).isFilling()).isFalse();
    }

    @Test
    void onlyAnIndexThatIsNotLiveIsDroppedAndIsGoneThen() {
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
    void aStoreThatServesSaysSo() {
        assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.UP);
    }

    @Test
    void afterARestartEverythingIsAsItWas() {
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
    void aReaderOfTheStoreSeesWhatAWriterWrites() {
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
    void aStoreThatServesCanBeWritten() {
        // given: one process writes
        indexes.close();

        // when, then
        assertThatCode(() -> factory.requireWritable()).doesNotThrowAnyException();
    }

    @Test
    void aBareClientFindsWhatTheIndexHoldsAndLeavesNothing() {
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
    void readersSeeWholeMediaWhileAWriterWrites() throws Exception {
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
