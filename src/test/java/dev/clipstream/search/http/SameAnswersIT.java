package dev.clipstream.search.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.index.redis.QueryEngineServer;
import dev.clipstream.index.redis.RedisServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// All index stores return the same results over HTTP: Redis is compared with the embedded index.
class SameAnswersIT {
    private static final double TOLERANCE = 1e-4;
    private static final List<String> REQUESTS = List.of(
            "/v1/search?text=a%20pizza&k=10",
            "/v1/search?text=%E8%80%81%E8%99%8E&k=5&offset=5",
            "/v1/search?text=an%20animal&tags=cat&minProbability=0.3&k=20",
            "/v1/search?text=an%20animal&noTags=cat&k=20",
            "/v1/search?text=a%20red%20car&minCosine=0.2&k=50",
            "/v1/media/car-on-yellow.webp/similar?k=20",
            "/v1/media?k=62",
            "/v1/media?tags=dog&k=10",
            "/v1/tags?k=20",
            "/v1/tags?tags=dog&k=20");

    private static SampleService samples;

    @BeforeAll
    static void start() throws Exception {
        samples = SampleService.start();
    }

    @AfterAll
    static void stop() {
        samples.close();
    }

    @Test
    void vectorSetsReturnTheResultsOfTheEmbeddedIndex() throws Exception {
        try (RedisServer redis = RedisServer.start();
                SampleService.Instance other = samples.another(Map.of(
                        "clipstream.index.url", redis.url(),
                        "clipstream.index.engine", "vector_sets",
                        "clipstream.index.shards", "3",
                        "clipstream.index.quantization", "NOQUANT"))) {
            assertSameAnswers(other);
        }
    }

    @Test
    void theQueryEngineReturnsTheResultsOfTheEmbeddedIndex() throws Exception {
        String prefix = QueryEngineServer.newPrefix();
        try (SampleService.Instance other = samples.another(Map.of(
                "clipstream.index.url",
                QueryEngineServer.url(),
                "clipstream.index.engine",
                "query_engine",
                "clipstream.index.prefix",
                prefix))) {
            assertSameAnswers(other);
        } finally {
            QueryEngineServer.clear(prefix);
        }
    }

    private static void assertSameAnswers(SampleService.Instance other) throws Exception {
        for (String question : REQUESTS) {
            JsonNode expected = samples.ask(question);
            assertThat(expected.path("results").size() + expected.path("tags").size())
                    .as(question)
                    .isPositive();
            assertSame(question, expected, other.ask(question));
        }
    }

    /// Asserts equality, except for cosines, which may differ by rounding.
    private static void assertSame(String where, JsonNode expected, JsonNode found) {
        if (where.endsWith("/percentile")) {
            assertThat(found.asDouble()).as(where).isBetween(0.0, 100.0); // each instance measures its own
        } else if (expected.isNumber() && where.endsWith("/cosine")) {
            assertThat(found.asDouble()).as(where).isCloseTo(expected.asDouble(), within(TOLERANCE));
        } else if (expected.isObject()) {
            assertThat(found.propertyNames()).as(where).containsExactlyInAnyOrderElementsOf(expected.propertyNames());
            expected.properties()
                    .forEach(member ->
                            assertSame(where + "/" + member.getKey(), member.getValue(), found.path(member.getKey())));
        } else if (expected.isArray()) {
            assertThat(found.size()).as(where).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertSame(where + "/" + i, expected.path(i), found.path(i));
            }
        } else {
            assertThat(found).as(where).isEqualTo(expected);
        }
    }
}
