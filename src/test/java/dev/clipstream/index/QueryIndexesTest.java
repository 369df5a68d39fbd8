package dev.clipstream.index;

import static dev.clipstream.index.TestMedia.deleteVector;
import static dev.clipstream.index.TestMedia.tags;
import static dev.clipstream.index.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.clipstream.clip.ModelIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.search.FTSearchParams;
import redis.clients.jedis.search.SearchResult;

/// Against the Redis with the query engine that `CLIPSTREAM_TEST_REDIS_URL` names; without it nothing of this runs.
///
/// The server may be in use: every test has a prefix of its own, and removes what is below it.
class QueryIndexesTest {
    private static String url = "";

    @BeforeAll
    static void findServer() {
        String named = System.getenv("CLIPSTREAM_TEST_REDIS_URL");
        if (named == null || named.isBlank()) {
            String why = "NOT TESTED: CLIPSTREAM_TEST_REDIS_URL names no Redis with the query engine, such as"
                    + " redis://localhost:6379";
            System.getLogger(QueryIndexesTest.class.getName()).log(System.Logger.Level.WARNING, why);
            abort(why);
        }
        url = named;
    }

    private static RedisSettings at(String prefix, VectorType vectorType) {
        return new RedisSettings(
                url,
                null,
                null,
                prefix,
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                16,
                1,
                RedisSettings.Quantization.Q8,
                16,
                200,
                Duration.ofDays(7),
                RedisEngine.AUTO,
                vectorType,
                100,
                true);
    }

    private static void remove(String prefix) {
        RedisSettings settings = at(prefix, VectorType.FLOAT32);
        try (RedisConnections redis = new RedisConnections(settings)) {
            QueryEngine engine = new QueryEngine(redis);
            engine.list(prefix).forEach(engine::drop);
            redis.clear(prefix);
        }
    }

    /// The contract below a prefix of its own.
    abstract static class OnQueryEngine extends MediaIndexContract {
        private String prefix = "";

        abstract VectorType vectorType();

        @Override
        MediaIndexes createStore() {
            prefix = "clipstream-test:" + UUID.randomUUID() + ":";
            return reopenStore();
        }

        @Override
        MediaIndexes reopenStore() {
            return RedisIndexes.at(at(prefix, vectorType()));
        }

        @AfterEach
        void removeAll() {
            remove(prefix);
        }
    }

    @Nested
    class Float32 extends OnQueryEngine {
        @Override
        VectorType vectorType() {
            return VectorType.FLOAT32;
        }

        @Override
        double tolerance() {
            return 1e-5;
        }
    }

    @Nested
    class Float16 extends OnQueryEngine {
        @Override
        VectorType vectorType() {
            return VectorType.FLOAT16;
        }

        @Override
        double tolerance() {
            return 0.005;
        }
    }

    /// What only this kind of index can go through.
    @Nested
    class Trouble {
        private final ModelIdentity model = MediaIndexContract.MODEL;
        private String prefix = "";
        private QueryKeys keys;
        private MediaIndexes indexes;
        private MediaIndex index;
        private RedisClient redis;

        @BeforeEach
        void start() {
            prefix = "clipstream-test:" + UUID.randomUUID() + ":";
            keys = new QueryKeys(prefix, IndexName.of(model));
            indexes = RedisIndexes.at(at(prefix, VectorType.FLOAT32));
            index = indexes.open(model);
            index.write(List.of(vector("m1", 1, 1, 0, 0), tags("m1", 1, "cat", 0.9)));
            redis = RedisClient.create(url);
        }

        @Test
        void oneOfTheOtherKindIsNotDroppedByMistake() {
            // given
            ModelIdentity other = TestMedia.model("three-axes", 'c', 3);
            try (MediaIndexes sets = VectorSetIndexes.at(at(prefix, VectorType.FLOAT32))) {
                sets.open(other).write(List.of(vector("m1", 1, 1, 0, 0)));
                String name = IndexName.of(other);

                // when
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> indexes.drop(name))
                        .withMessageContaining("another kind");

                // then
                assertThat(sets.find(other).orElseThrow().get("m1")).isPresent();
                sets.drop(name);
                assertThat(redis.keys(prefix + name + "*")).isEmpty();
            }
        }

        @Test
        void aServerThatWasRestartedBeginsAGenerationAndOneThatWasNotDoesNot() {
            // given
            assertThat(indexes.open(model).describe().generation()).isEmpty();

            // when: it was seen at another server
            redis.hset(keys.meta(), "servers", "0123456789");
            String generation = indexes.open(model).describe().generation();

            // then
            assertThat(generation).isNotEmpty();
            assertThat(indexes.open(model).describe().generation()).isEqualTo(generation);
            assertThat(indexes.open(model).get("m1")).isPresent();
        }

        @AfterEach
        void stop() {
            if (redis != null) {
                redis.close();
                indexes.close();
                remove(prefix);
            }
        }

        @Test
        void theServerIsKnownToHaveTheQueryEngine() {
            assertThat(indexes.kind()).isEqualTo(QueryIndexes.KIND);
            assertThat(index.describe().failures()).isZero();
        }

        @Test
        void anIndexWhoseDefinitionWasDroppedIsMissedAndMadeAnew() {
            // given
            String born = index.describe().born();

            // when
            redis.ftDropIndex(keys.definition(born));

            // then
            NearestQuery query = NearestQuery.of(TestMedia.direction(1, 0, 0), 10);
            assertThatExceptionOfType(IndexMissingException.class).isThrownBy(() -> index.nearest(query));
            assertThatExceptionOfType(IndexMissingException.class).isThrownBy(() -> index.count(MediaFilter.ALL));
            assertThatExceptionOfType(IndexMissingException.class)
                    .isThrownBy(() -> index.newest(MediaFilter.ALL, 0, 1));
            assertThatExceptionOfType(IndexMissingException.class)
                    .isThrownBy(() -> index.tagCounts(MediaFilter.ALL, 1));
            assertThatExceptionOfType(IndexMissingException.class).isThrownBy(() -> index.describe());
            assertThat(indexes.list()).isEmpty();

            // when
            index = indexes.open(model);

            // then
            assertThat(index.describe().born()).isNotEqualTo(born);
            assertThat(index.count(MediaFilter.ALL)).isZero();
            assertThat(index.get("m1")).isEmpty();
        }

        @Test
        void anAliasThatWasRemovedIsBackAfterTheNextLook() {
            // given
            String born = index.describe().born();
            redis.ftAliasDel(keys.alias());

            // when
            index = indexes.open(model);

            // then
            assertThat(index.describe().born()).isEqualTo(born);
            assertThat(redis.ftSearch(keys.alias(), "*").getTotalResults()).isEqualTo(1);
        }

        @Test
        void whatIsNotShownIsOutsideTheIndexAndGoesByItself() {
            // when
            index.write(List.of(deleteVector("m1", 2), tags("m2", 1, "dog", 0.5)));

            // then
            assertThat(index.count(MediaFilter.ALL)).isZero();
            assertThat(redis.exists(keys.doc("m1"), keys.doc("m2"))).isZero();
            assertThat(redis.ttl(keys.aside("m1"))).isBetween(600_000L, 604_800L);
            assertThat(redis.ttl(keys.aside("m2"))).isBetween(600_000L, 604_800L);

            // when
            index.write(List.of(vector("m1", 3, 1, 0, 0), vector("m2", 1, 0, 1, 0)));

            // then
            assertThat(redis.exists(keys.aside("m1"), keys.aside("m2"))).isZero();
            assertThat(index.count(MediaFilter.ALL.withTags(Set.of("dog"), Set.of(), Set.of())))
                    .isEqualTo(1);
        }

        @Test
        void aHashThatCannotBeIndexedIsCounted() {
            // when
            redis.hset(keys.doc("wrong"), Map.of("vector", "too short", "media_id", "wrong"));

            // then
            assertThat(index.describe().failures()).isEqualTo(1);
        }

        @Test
        void anotherClientFindsAMediumByTheDocumentedNames() {
            // given: the names that docs/redis.md tells
            String name = String.valueOf(redis.get(prefix + "live"));

            // when
            SearchResult found = redis.ftSearch(
                    prefix + name,
                    "@filter_tags:{cat\\:5} @filter_attributes:{album\\=summer}",
                    FTSearchParams.searchParams().returnFields("media_id").dialect(2));

            // then
            assertThat(found.getDocuments())
                    .singleElement()
                    .satisfies(document ->
                            assertThat(document.getString("media_id")).isEqualTo("m1"));
            assertThat(redis.hget(prefix + name + ":doc:m1", "tags")).contains("\"labelId\":\"cat\"");
        }

        @Test
        void anIndexOfVectorSetsUnderTheSameNameIsNotTouched() {
            // given
            try (MediaIndexes others = VectorSetIndexes.at(at(prefix, VectorType.FLOAT32))) {
                // when, then
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> others.open(model))
                        .withMessageContaining("index.prefix");
            }
            assertThat(index.get("m1")).isPresent();
        }
    }
}
