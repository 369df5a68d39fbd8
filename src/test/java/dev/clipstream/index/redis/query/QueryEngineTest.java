package dev.clipstream.index.redis.query;

import static dev.clipstream.index.tck.TestMedia.deleteVector;
import static dev.clipstream.index.tck.TestMedia.tags;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.redis.QueryEngineServer;
import dev.clipstream.index.redis.TestSettings;
import dev.clipstream.index.tck.MediaIndexTck;
import dev.clipstream.index.tck.TestMedia;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.search.FTSearchParams;
import redis.clients.jedis.search.SearchResult;

/// Against a real Redis with the query engine.
class QueryEngineTest {
    private static QueryEngineIndexFactory at(String prefix, VectorType vectorType) {
        return new QueryEngineIndexFactory(
                new QueryEngineSettings(TestSettings.at(QueryEngineServer.url(), prefix), vectorType, 100));
    }

    /// The kit below a prefix of its own.
    abstract static class OnQueryEngine extends MediaIndexTck {
        private final String prefix = QueryEngineServer.newPrefix();

        abstract VectorType vectorType();

        @Override
        protected MediaIndexFactory createFactory() {
            return at(prefix, vectorType());
        }

        @AfterEach
        void removeAll() {
            QueryEngineServer.clear(prefix);
        }
    }

    @Nested
    class Float32 extends OnQueryEngine {
        @Override
        VectorType vectorType() {
            return VectorType.FLOAT32;
        }

        @Override
        protected double tolerance() {
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
        protected double tolerance() {
            return 0.005;
        }
    }

    /// What only this engine can go through.
    @Nested
    class Trouble {
        private final ModelIdentity model = TestMedia.model("three-axes", 'a', 3);
        private String prefix = "";
        private Keys keys;
        private MediaIndexes indexes;
        private MediaIndex index;
        private RedisClient redis;

        @BeforeEach
        void start() {
            prefix = QueryEngineServer.newPrefix();
            keys = new Keys(prefix, IndexName.of(model));
            indexes = at(prefix, VectorType.FLOAT32).open();
            index = indexes.open(model);
            index.write(List.of(vector("m1", 1, 1, 0, 0), tags("m1", 1, "cat", 0.9)));
            redis = RedisClient.create(QueryEngineServer.url());
        }

        @Test
        void onlyARestartedServerBeginsAGeneration() {
            // given
            assertThat(indexes.open(model).describe().generation()).isEmpty();

            // when: another server is recorded
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
                QueryEngineServer.clear(prefix);
            }
        }

        @Test
        void anIndexWithoutItsDefinitionIsMissingAndCreatedAgain() {
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
        void aRemovedAliasIsSetAgain() {
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
        void mediaThatAreNotShownAreOutsideTheIndexAndExpire() {
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
            // given: the names in docs/redis.md
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
    }
}
