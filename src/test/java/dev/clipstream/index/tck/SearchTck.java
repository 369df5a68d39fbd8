package dev.clipstream.index.tck;

import static dev.clipstream.index.tck.TestMedia.NOON;
import static dev.clipstream.index.tck.TestMedia.details;
import static dev.clipstream.index.tck.TestMedia.tags;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.TagCount;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What searches, filters, counts and pages return.
abstract class SearchTck extends WriteTck {
    private static final String TEAM = "=a team's: \"own\", 1";

    @Test
    void hitsAreOrderedByCosineAndThenById() {
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
    void everyFilterFindsExactlyTheMediaThatMatch() {
        // given
        List<IndexedMedia> all = new ArrayList<>();
        List<MediaWrite> writes = new ArrayList<>();
        Random random = new Random(11);
        List<String> labels = List.of("cat", "cat tree", "dog", "日", "a|b");
        for (int i = 1; i <= 200; i++) {
            List<IndexedTag> tags = new ArrayList<>();
            for (String label : labels) {
                if (random.nextInt(3) == 0) {
                    String labelSet = random.nextBoolean() ? TEAM : null;
                    tags.add(new IndexedTag(label, label, random.nextInt(11) / 10.0, 0.2, labelSet, null));
                }
            }
            TagSet tagSet = random.nextInt(10) == 0
                    ? null
                    : new TagSet(
                            random.nextBoolean() ? "everyday" : "every",
                            "1",
                            tags,
                            random.nextBoolean() ? Map.of(TEAM, "2", "every", "1") : Map.of());
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
                MediaFilter.ALL.withLabelSet(TEAM),
                MediaFilter.ALL.withLabelSet("team"),
                MediaFilter.ALL
                        .withLabelSet(TEAM)
                        .withTags(Set.of(), Set.of("cat", "日"), Set.of("dog"))
                        .withMinProbability(0.35),
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
            assertThat(index.oldest(filter, 0, 1000))
                    .as("oldest %s", filter)
                    .extracting(IndexedMedia::mediaId)
                    .containsExactlyElementsOf(wanted);
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
    void theOldestComeInTheReverseOrderOfTheNewest() {
        // given: several of the same time
        index.write(IntStream.rangeClosed(1, 30)
                .mapToObj(i -> vector("m" + i, i, 1, Math.floorDiv(i, 4), 0))
                .toList());

        // when
        List<IndexedMedia> newest = index.newest(MediaFilter.ALL, 0, 30);

        // then
        assertThat(index.oldest(MediaFilter.ALL, 0, 30)).isEqualTo(newest.reversed());
        assertThat(index.oldest(MediaFilter.ALL, 27, 10))
                .isEqualTo(newest.subList(0, 3).reversed());
    }

    @Test
    void recallAmongTenThousandVectorsIsAtLeast95Percent() {
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

    /// Checks that pages fit together, also where a deeper search begins. A deeper search of an approximate index may
    /// find, or miss, single media; a page that is lost or repeated is 130 of them.
    private static void assertPagesFit(MediaIndex many, NearestQuery query) {
        List<String> paged = new ArrayList<>();
        for (int offset = 0; offset < 2600; offset += 130) {
            many.nearest(query.withPage(offset, 130))
                    .forEach(hit -> paged.add(hit.media().mediaId()));
        }
        Set<String> inBoth = new HashSet<>(paged);
        inBoth.retainAll(many.nearest(query.withPage(0, 2600)).stream()
                .map(hit -> hit.media().mediaId())
                .collect(Collectors.toSet()));
        assertThat(paged).hasSize(2600);
        assertThat(inBoth).as("media of the pages that one search finds, too").hasSizeGreaterThanOrEqualTo(2580);
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
}
