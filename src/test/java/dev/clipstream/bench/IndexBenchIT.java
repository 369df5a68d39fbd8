package dev.clipstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.clipstream.index.BareClient.Document;
import dev.clipstream.index.redis.RedisServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs every part of the index benchmark with few media. The results must be consistent on any machine.
class IndexBenchIT {
    private static final Map<String, String> SETTINGS =
            Map.of("clipstream.model.path", "src/test/resources/models/random-tiny", "clipstream.model.devices", "cpu");
    private static final IndexBenchmark.Extent EXTENT = new IndexBenchmark.Extent(List.of(500, 1000), 20, 20);

    @Test
    void theResultsOfAnEmbeddedIndexAreConsistent() throws Exception {
        JsonNode found = run(SETTINGS);

        assertThat(found.path("index").asString()).isEqualTo("lucene");
        assertThat(found.path("writes").isNull())
                .as("there is no server to compare with")
                .isTrue();
        requireSane(found);
    }

    @Test
    void theResultsOfRedisAreConsistentAndNothingRemains() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            // when
            JsonNode found = run(with("clipstream.index.url", server.url()));

            // then
            JsonNode writes = found.path("writes");
            assertThat(writes.path("media").asInt()).isEqualTo(500);
            assertThat(writes.path("ratio").asDouble())
                    .isPositive()
                    .isCloseTo(
                            writes.path("perSecond").asDouble()
                                    / writes.path("barePerSecond").asDouble(),
                            offset(1e-9));
            assertThat(writes.path("bytesPerMedium").asDouble()).isPositive();
            assertThat(found.at("/http/bareP50Millis").asDouble()).isPositive();
            requireSane(found);
            assertThat(server.send("DBSIZE")).isEqualTo(":0\r\n");
        }
    }

    @Test
    void recallIsRelativeToExactSearch() {
        BenchDocuments documents = new BenchDocuments(16);
        List<Document> all = LongStream.range(0, 300).mapToObj(documents::at).toList();
        List<Set<String>> exact = List.of(best(documents, all, 0), best(documents, all, 1));

        assertThat(documents.recall(exact, 300, 1, 10)).isEqualTo(1);
        assertThat(documents.recall(List.of(exact.get(0), Set.of()), 300, 1, 10))
                .isEqualTo(0.5);
    }

    @Test
    void anEmptyExtentIsRejected() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new IndexBenchmark.Extent(List.of(1000, 500), 1, 1))
                .withMessageContaining("Expected ascending sizes");
    }

    private static Set<String> best(BenchDocuments documents, List<Document> all, long query) {
        return all.stream()
                .sorted((a, b) -> Double.compare(
                        b.vector().cosine(documents.query(query)), a.vector().cosine(documents.query(query))))
                .limit(10)
                .map(Document::mediaId)
                .collect(Collectors.toSet());
    }

    private static Map<String, String> with(String name, String value) {
        return Map.of(
                name,
                value,
                "clipstream.model.path",
                SETTINGS.get("clipstream.model.path"),
                "clipstream.model.devices",
                "cpu");
    }

    private static JsonNode run(Map<String, String> settings) throws Exception {
        try (IndexUnderTest test = IndexUnderTest.start(settings)) {
            JsonMapper json = JsonMapper.builder().build();
            return json.readTree(json.writeValueAsString(new IndexBenchmark(test, EXTENT, line -> {}).run()));
        }
    }

    private static void requireSane(JsonNode found) {
        assertThat(found.path("sizes")).hasSize(2);
        for (JsonNode size : found.path("sizes")) {
            assertThat(size.path("perSecond").asDouble()).isPositive();
            for (String kind : List.of("all", "filtered")) {
                assertThat(size.path(kind).path("recallAt10").asDouble())
                        .as(kind)
                        .isBetween(0.9, 1.0);
                requireOrder(size.path(kind), "p50Millis", "p99Millis");
            }
        }
        requireOrder(found.path("http"), "p50Millis", "p99Millis");
        requireOrder(found.path("loaded"), "idleP50Millis", "idleP99Millis");
        requireOrder(found.path("loaded"), "p50Millis", "p99Millis");
        requireOrder(found.path("searchable"), "p50Millis", "p99Millis");
    }

    private static void requireOrder(JsonNode spread, String less, String more) {
        assertThat(spread.path(less).asDouble())
                .isPositive()
                .isLessThanOrEqualTo(spread.path(more).asDouble());
    }
}
