package dev.clipstream.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.label.LabelNames;
import dev.clipstream.label.LabelSetFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TagNamesTest {
    private static final TagNames NAMES =
            new TagNames(List.of(LabelSetFile.everyday(), LabelSetFile.bundled("moderation")));

    @Test
    void tagsOfAllSetsAreNamedInTheLanguageAndUnknownOnesKeepTheirNames() {
        // given
        TagSet tags = new TagSet(
                "everyday",
                "3",
                List.of(
                        new IndexedTag("dog", "Hund", 0.9, 0.3),
                        new IndexedTag("animal", "animal", 0.9, 0.3, "everyday", "dog"),
                        new IndexedTag("weapons", "weapons", 0.8, 0.3, "moderation", null),
                        new IndexedTag("dog", "team's dog", 0.8, 0.3, "team", null),
                        new IndexedTag("gone", "no longer there", 0.8, 0.3)),
                Map.of("moderation", "1", "team", "7"));
        MediaDetails details = new MediaDetails(null, null, 1, 1, Instant.EPOCH, Map.of());
        IndexedMedia media = new IndexedMedia("m1", "u1", details, tags);

        // when
        IndexedMedia chinese = NAMES.in(LabelNames.languages("zh-CN"), media);

        // then
        assertThat(chinese.tags().orElseThrow().tags())
                .extracting(IndexedTag::displayName)
                .containsExactly("狗", "动物", "武器", "team's dog", "no longer there");
        assertThat(chinese.tags().orElseThrow().labelSets()).isEqualTo(tags.labelSets());
        assertThat(chinese.tags().orElseThrow().tags().get(1).derivedFrom()).isEqualTo("dog");
        assertThat(NAMES.in(List.of(), media)).isSameAs(media);
        assertThat(NAMES.in(LabelNames.languages("fr"), media)).isEqualTo(media);
    }

    @Test
    void theTagsOfAnEventAreNamedToo() {
        // given: an event of a version that knew one label set, and a rejection
        Map<String, Object> event = Map.of(
                "mediaId",
                "m1",
                "labelSet",
                "everyday",
                "tags",
                List.of(
                        Map.of("labelId", "dog", "displayName", "dog", "labelSet", ""),
                        Map.of("labelId", "weapons", "displayName", "weapons", "labelSet", "moderation")));
        Map<String, Object> rejection = Map.of("mediaId", "m1", "reason", "truncated");

        // then
        assertThat(NAMES.in(LabelNames.languages("zh"), event).get("tags"))
                .isEqualTo(List.of(
                        Map.of("labelId", "dog", "displayName", "狗", "labelSet", ""),
                        Map.of("labelId", "weapons", "displayName", "武器", "labelSet", "moderation")));
        assertThat(NAMES.in(LabelNames.languages("zh"), rejection)).isEqualTo(rejection);
        assertThat(NAMES.in(List.of(), event)).isEqualTo(event);
    }

    @Test
    void aFilterHasAliasesInPlaceOfIds() {
        MediaFilter filter = MediaFilter.ALL
                .withTags(Set.of("TV", "dog"), Set.of("couch"), Set.of("bike", "unknown"))
                .withMinProbability(0.5);

        assertThat(NAMES.resolve(filter))
                .isEqualTo(MediaFilter.ALL
                        .withTags(Set.of("television", "dog"), Set.of("sofa"), Set.of("bicycle", "unknown"))
                        .withMinProbability(0.5));
    }
}
