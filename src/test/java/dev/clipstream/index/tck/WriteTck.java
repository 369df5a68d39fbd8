package dev.clipstream.index.tck;

import static dev.clipstream.index.tck.TestMedia.NOON;
import static dev.clipstream.index.tck.TestMedia.deleteTags;
import static dev.clipstream.index.tck.TestMedia.deleteVector;
import static dev.clipstream.index.tck.TestMedia.details;
import static dev.clipstream.index.tck.TestMedia.tags;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.TagCount;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.Version;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.rules.MediaState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which writes win, and what the index shows of a medium then.
abstract class WriteTck extends TckFixture {
    @Test
    void aMediumIsFoundByItsIdAndByItsVector() {
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
    void anyTextIsAnIdAnAttributeOrALabel() {
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
    void theTagsOfSeveralLabelSetsAreReturnedAsTheyWereAndReplacedTogether() {
        // given
        TagSet both = new TagSet(
                "everyday",
                "3",
                List.of(
                        new IndexedTag("dog", "Hund", 0.9, 0.3, "everyday", null),
                        new IndexedTag("animal", "Tier", 0.9, 0.3, "everyday", "dog"),
                        new IndexedTag("dog", "a dog", 0.4, 0.25, "team, a", null)),
                Map.of("everyday", "3", "team, a", "1.10", "no tags", "1"));
        MediaFilter team = MediaFilter.ALL.withLabelSet("team, a");

        // when
        write(vector("m1", 1, 1, 0, 0));
        write(new MediaWrite.PutTags("m1", TestMedia.version(1), "u1", both));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).contains(both);
        for (String labelSet : both.labelSets().keySet()) {
            assertThat(nearest(query(1, 0, 0).withFilter(MediaFilter.ALL.withLabelSet(labelSet))))
                    .containsExactly("m1");
        }
        assertThat(index.count(MediaFilter.ALL
                        .withTags(Set.of("dog"), Set.of(), Set.of())
                        .withMinProbability(0.9)))
                .isEqualTo(1);
        assertThat(index.tagCounts(MediaFilter.ALL, 10))
                .containsExactly(new TagCount("animal", 1), new TagCount("dog", 1));

        // when
        TagSet one = new TagSet("everyday", "4", List.of(new IndexedTag("dog", "Hund", 0.9, 0.3)));
        write(new MediaWrite.PutTags("m1", TestMedia.version(2), "u1", one));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).contains(one);
        assertThat(index.get("m1").orElseThrow().tags().orElseThrow().labelSets())
                .isEqualTo(Map.of("everyday", "4"));
        assertThat(nearest(query(1, 0, 0).withFilter(team))).isEmpty();

        // when
        write(new MediaWrite.DeleteTags("m1", TestMedia.version(3)));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).isEmpty();
        assertThat(index.count(MediaFilter.ALL.withLabelSet("everyday"))).isZero();
    }

    @Test
    void aVeryLongMediaIdIsStoredLikeAnyOther() {
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
    void severalMediaAreReturnedInTheOrderOfTheIds() {
        // given
        index.write(List.of(vector("m1", 1, 1, 0, 0), vector("m2", 2, 1, 0, 0), deleteVector("m3", 3)));

        // when, then
        assertThat(index.get(List.of("m2", "m3", "m1", "m2")))
                .containsExactly(index.get("m2"), Optional.empty(), index.get("m1"), index.get("m2"));
        assertThat(index.get(List.of())).isEmpty();
    }

    @Test
    void aNewerVectorReplacesTheOlder() {
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
    void anEqualOrOlderWriteChangesNothing() {
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
    void aDeletionIsNotUndoneByAnOlderWrite() {
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
    void theDeletionOfAnUnknownMediumIsRemembered() {
        assertThat(write(deleteVector("m1", 7))).isEqualTo(WriteOutcome.APPLIED);
        assertThat(write(deleteVector("m1", 7))).isEqualTo(WriteOutcome.STALE);
        assertThat(write(vector("m1", 6, 1, 0, 0))).isEqualTo(WriteOutcome.STALE);
        assertThat(index.count(MediaFilter.ALL)).isZero();
    }

    @Test
    void tagsThatArriveBeforeTheirVectorAreShownWithIt() {
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
    void aNewImageIsNotShownWithTheTagsOfItsPredecessor() {
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
    void newTagsOfTheSameImageReplaceTheOld() {
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
    void betweenTwoLogsTheLaterTimeIsNewer() {
        // given: the topic is created again, so its offsets begin at 0
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
    void aReplayedUploadNeitherUndoesItsDeletionNorAReplacement() {
        // given: upload 10 and its deletion 11 of m1, uploads 20 and 21 of m2
        write(TestMedia.vector("m1", TestMedia.replay(1, 10), "u10", 1, 0, 0));
        write(new MediaWrite.PutTags("m1", TestMedia.replay(1, 10), "u10", TestMedia.tagSet("cat", 0.9)));
        write(new MediaWrite.DeleteVector("m1", TestMedia.replay(2, 11)));
        write(new MediaWrite.DeleteTags("m1", TestMedia.replay(2, 11)));
        write(TestMedia.vector("m2", TestMedia.replay(3, 20), "u20", 1, 0, 0));
        write(TestMedia.vector("m2", TestMedia.replay(4, 21), "u21", 0, 1, 0));

        // when: written again, behind everything
        List<WriteOutcome> outcomes = index.write(List.of(
                TestMedia.vector("m1", TestMedia.replay(5, 10), "u10", 1, 0, 0),
                new MediaWrite.PutTags("m1", TestMedia.replay(5, 10), "u10", TestMedia.tagSet("cat", 0.9)),
                TestMedia.vector("m2", TestMedia.replay(6, 20), "u20", 1, 0, 0)));

        // then
        assertThat(outcomes).containsOnly(WriteOutcome.STALE);
        assertThat(index.get("m1")).isEmpty();
        assertThat(index.get("m2").orElseThrow().source()).isEqualTo("u21");
        assertThat(index.count(MediaFilter.ALL)).isEqualTo(1);

        // when: uploaded once more
        assertThat(write(TestMedia.vector("m1", TestMedia.replay(7, 30), "u30", 1, 0, 0)))
                .isEqualTo(WriteOutcome.APPLIED);

        // then
        assertThat(index.get("m1").orElseThrow().tags()).isEmpty();
    }

    @Test
    void ofOneUploadTheLaterRecordIsNewer() {
        // given
        write(TestMedia.vector("m1", TestMedia.replay(1, 10), "u10", 1, 0, 0));

        // when, then: embedded again, as after a correction of a decoder
        assertThat(write(TestMedia.vector("m1", TestMedia.replay(2, 10), "u10", 0, 1, 0)))
                .isEqualTo(WriteOutcome.APPLIED);
        assertThat(write(TestMedia.vector("m1", TestMedia.replay(1, 10), "u10", 1, 0, 0)))
                .isEqualTo(WriteOutcome.STALE);
        assertThat(nearest(query(0, 1, 0).withMinCosine(0.9))).containsExactly("m1");
    }

    @Test
    void uploadsOfATopicThatWasCreatedAgainAreNewerIfTheirTimesAre() {
        // given
        write(TestMedia.vector("m1", TestMedia.replay(1, 10), "u10", 1, 0, 0));

        // when, then: offsets begin again
        assertThat(write(TestMedia.vector(
                        "m1", new Version("media-0", 2, NOON, new Version.Upload("other-0", 0)), "u0", 0, 1, 0)))
                .isEqualTo(WriteOutcome.STALE);
        assertThat(write(TestMedia.vector(
                        "m1",
                        new Version("media-0", 3, NOON.plusSeconds(3600), new Version.Upload("other-0", 1)),
                        "u1",
                        0,
                        1,
                        0)))
                .isEqualTo(WriteOutcome.APPLIED);
    }

    /// Every branch of the rule, with ties and with records of older versions, which do not know their upload.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyOutcomeFollowsTheRuleOfVersions(long seed) {
        // given
        Random random = new Random(seed);
        MediaState expected = MediaState.NONE;
        for (int i = 0; i < 200; i++) {
            String id = "m" + i / 20;
            expected = i % 20 == 0 ? MediaState.NONE : expected;
            Version.Upload upload =
                    random.nextInt(3) == 0 ? null : new Version.Upload("u-" + random.nextInt(2), random.nextInt(6));
            Version version = new Version(
                    "media-" + random.nextInt(2), random.nextInt(6), NOON.plusSeconds(random.nextInt(6)), upload);
            MediaWrite write = random.nextInt(4) == 0
                    ? new MediaWrite.DeleteVector(id, version)
                    : TestMedia.vector(id, version, "u" + i, 1, 0, 0);
            Optional<MediaState> after = expected.after(write);

            // when, then
            assertThat(write(write))
                    .as("%s onto %s", write, expected)
                    .isEqualTo(after.isPresent() ? WriteOutcome.APPLIED : WriteOutcome.STALE);
            expected = after.orElse(expected);
        }
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
    void aVectorOfAnotherDimensionIsRefusedWithItsWholeBatch() {
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
    void anyOrderAndRepetitionOfWritesLeadsToTheSameState(long seed) {
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
}
