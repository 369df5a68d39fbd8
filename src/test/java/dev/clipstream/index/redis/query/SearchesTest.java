package dev.clipstream.index.redis.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.redis.TestSettings;
import dev.clipstream.index.tck.TestMedia;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The exact arguments of searches.
class SearchesTest {
    private static final Embedding VECTOR = TestMedia.direction(0.6, 0.8);
    private static final MediaFilter CATS = MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of());

    private static final QueryEngineSettings SETTINGS =
            new QueryEngineSettings(TestSettings.at("redis://localhost"), VectorType.FLOAT32, 50);

    private static String words(List<byte[]> arguments) {
        return String.join(
                " ",
                arguments.stream()
                        .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                        .toList());
    }

    private static String blob(VectorType type) {
        return new String(type.write(VECTOR), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aSearchForTheNearestHasLimitOrderAndDialect() {
        assertThat(words(Searches.nearest("i", VectorType.FLOAT32, NearestQuery.of(VECTOR, 10), 100, SETTINGS)))
                .isEqualTo(
                        "i *=>[KNN $k @vector $v EF_RUNTIME $ef AS distance] RETURN 2 media_id distance SORTBY distance"
                                + " ASC LIMIT 0 100 PARAMS 6 k 100 ef 100 v " + blob(VectorType.FLOAT32)
                                + " TIMEOUT 11000 DIALECT 2");
    }

    @Test
    void aFilterPrecedesTheVectorAndTheEffortIsSent() {
        assertThat(words(Searches.nearest(
                        "i",
                        VectorType.FLOAT16,
                        NearestQuery.of(VECTOR, 10).withFilter(CATS).withEffort(300),
                        100,
                        SETTINGS)))
                .isEqualTo("i (@filter_tags:{$w0})=>[KNN $k @vector $v EF_RUNTIME $ef AS distance] RETURN 2 media_id"
                        + " distance SORTBY distance ASC LIMIT 0 100 PARAMS 8 k 100 ef 300 v "
                        + blob(VectorType.FLOAT16) + " w0 cat TIMEOUT 11000 DIALECT 2");
    }

    @Test
    void theNewestAreOrderedByTimeAndThenById() {
        assertThat(words(Searches.newest("i", CATS, 20, 10, SETTINGS)))
                .isEqualTo(
                        "i @filter_tags:{$w0} LOAD 2 @uploaded @media_id SORTBY 4 @uploaded DESC @media_id ASC MAX 30"
                                + " LIMIT 20 10 PARAMS 2 w0 cat TIMEOUT 11000 DIALECT 2");
        assertThat(words(Searches.oldest("i", CATS, 20, 10, SETTINGS)))
                .contains("SORTBY 4 @uploaded ASC @media_id DESC MAX 30 LIMIT 20 10");
    }

    @Test
    void countsReturnNoDocuments() {
        assertThat(words(Searches.count("i", MediaFilter.ALL, SETTINGS)))
                .isEqualTo("i * LIMIT 0 0 TIMEOUT 11000 DIALECT 2");
        assertThat(words(Searches.tagCounts("i", MediaFilter.ALL, 5, SETTINGS)))
                .isEqualTo("i * LOAD 1 @labels APPLY split(@labels) AS label GROUPBY 1 @label REDUCE COUNT 0 AS media"
                        + " SORTBY 2 @media DESC MAX 10000 LIMIT 0 10000 TIMEOUT 11000 DIALECT 2");
    }
}
