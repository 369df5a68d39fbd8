package dev.clipstream.index.redis.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterQueryTest {

    private static List<String> words(double probability) {
        return FilterQuery.words(new TagSet("s", "1", List.of(new IndexedTag("cat", "cat", probability, 0))));
    }

    /// Returns the values among the parameters of a query.
    private static List<String> values(FilterQuery query) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i < query.parameters().size(); i += 2) {
            values.add(query.parameters().get(i));
        }
        return values;
    }

    @Test
    void aTagHasWordsForItsTenthsAndItsExactProbability() {
        assertThat(words(0.231)).containsExactly("cat", "cat:1", "cat:2", "cat:0.23", "cat:0.231");
        assertThat(words(0)).containsExactly("cat", "cat:0.00", "cat:0.000");
        assertThat(words(1)).hasSize(13).contains("cat:10", "cat:1.00", "cat:1.000");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 99, 100, 101, 109, 110, 500, 714, 899, 990, 999, 1000})
    void aMediumHasAWordOfTheQueryIfItReachesTheProbability(int least) {
        // given
        FilterQuery query = FilterQuery.of(
                MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of()).withMinProbability(least / 1000.0));
        Set<String> wanted = new HashSet<>(values(query));

        for (int probability = 0; probability <= 1000; probability++) {
            // when
            boolean found = words(probability / 1000.0).stream().anyMatch(wanted::contains);

            // then
            assertThat(found).as("%d behind at least %d", probability, least).isEqualTo(probability >= least);
        }
        assertThat(wanted).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void everyPartOfAFilterIsATermAndEveryWordAParameter() {
        // given
        MediaFilter filter = new MediaFilter(
                Set.of("red car"),
                Set.of("日"),
                Set.of("a|b"),
                0,
                Instant.ofEpochMilli(50),
                Instant.ofEpochMilli(60),
                Map.of("album", "summer 2"),
                "my set");

        // when
        FilterQuery query = FilterQuery.of(filter);

        // then
        assertThat(query.text())
                .isEqualTo("@filter_tags:{$w0} @filter_tags:{$w1} -@filter_tags:{$w2} @filter_attributes:{$w3}"
                        + " @filter_set:{$w4} @uploaded:[50 59]");
        assertThat(query.parameters())
                .containsExactly(
                        "w0",
                        "red%20car",
                        "w1",
                        "%E6%97%A5",
                        "w2",
                        "a%7Cb",
                        "w3",
                        "album=summer%202",
                        "w4",
                        "my%20set");
        assertThat(query.before("KNN …")).startsWith("(@filter_tags").endsWith(")=>[KNN …]");
    }

    @Test
    void missingBoundsAreInfinite() {
        assertThat(FilterQuery.of(MediaFilter.ALL.withUploaded(Instant.ofEpochMilli(50), null))
                        .text())
                .isEqualTo("@uploaded:[50 +inf]");
        assertThat(FilterQuery.of(MediaFilter.ALL.withUploaded(null, Instant.ofEpochMilli(50)))
                        .text())
                .isEqualTo("@uploaded:[-inf 49]");
    }

    @Test
    void inATextEveryWordIsEscaped() {
        assertThat(FilterText.of(MediaFilter.ALL
                        .withTags(Set.of(), Set.of(), Set.of("red car"))
                        .withMinProbability(0.5)
                        .withAttributes(Map.of("album", "x"))))
                .isEqualTo("-@filter_tags:{red\\%20car\\:5} @filter_attributes:{album\\=x}");
        assertThat(FilterText.of(MediaFilter.ALL)).isEqualTo("*");
    }

    @Test
    void aFilterThatMatchesEverythingIsAStar() {
        assertThat(FilterQuery.of(MediaFilter.ALL)).isEqualTo(new FilterQuery("*", List.of()));
        assertThat(FilterQuery.of(MediaFilter.ALL).before("KNN …")).isEqualTo("*=>[KNN …]");
    }
}
