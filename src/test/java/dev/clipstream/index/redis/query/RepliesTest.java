package dev.clipstream.index.redis.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Replies of the query engine of Redis 8 in RESP 2.
class RepliesTest {

    /// Returns a reply as Jedis reads it: texts as bytes, lists in lists, numbers as they are.
    private static Object reply(Object... parts) {
        return Arrays.stream(parts)
                .map(part -> part instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : part)
                .toList();
    }

    @Test
    void documentsAreReadWithTheirFields() {
        // given
        Object reply = reply(
                2L,
                "media:x:doc:m1",
                reply("media_id", "m1", "distance", "0.399999976158"),
                "media:x:doc:夏",
                reply("distance", "1.5", "media_id", "夏"));

        // when, then
        assertThat(Replies.total(reply)).isEqualTo(2);
        assertThat(Replies.documents(reply))
                .containsExactly(
                        Map.of("media_id", "m1", "distance", "0.399999976158"),
                        Map.of("media_id", "夏", "distance", "1.5"));
    }

    @Test
    void anEmptyResultIsOnlyATotal() {
        assertThat(Replies.total(reply(0L))).isZero();
        assertThat(Replies.documents(reply(0L))).isEmpty();
        assertThat(Replies.rows(reply(0L))).isEmpty();
    }

    @Test
    void aDocumentThatExpiredMeanwhileIsLeftOut() {
        // given
        Object reply = Arrays.asList(
                2L, "a".getBytes(StandardCharsets.UTF_8), null, "b".getBytes(StandardCharsets.UTF_8), reply("x", "1"));

        // when, then
        assertThat(Replies.documents(reply)).containsExactly(Map.of("x", "1"));
    }

    @Test
    void aRowWithoutAGroupIsReadWithoutIt() {
        // given
        Object untagged = Arrays.asList(
                "label".getBytes(StandardCharsets.UTF_8),
                null,
                "media".getBytes(StandardCharsets.UTF_8),
                "7".getBytes(StandardCharsets.UTF_8));

        // when, then
        assertThat(Replies.rows(reply(2L, reply("label", "cat", "media", "3"), untagged)))
                .containsExactly(Map.of("label", "cat", "media", "3"), Map.of("media", "7"));
    }

    @Test
    void infoDescribesTheIndex() {
        // given
        Object info = reply(
                "index_name",
                "media:x:0123abcd",
                "index_options",
                reply(),
                "index_definition",
                reply("key_type", "HASH", "prefixes", reply("media:x:doc:"), "default_score", "1"),
                "attributes",
                reply(
                        reply(
                                "identifier",
                                "vector",
                                "attribute",
                                "vector",
                                "type",
                                "VECTOR",
                                "algorithm",
                                "HNSW",
                                "data_type",
                                "FLOAT32",
                                "dim",
                                512L,
                                "distance_metric",
                                "COSINE",
                                "M",
                                16L,
                                "ef_construction",
                                200L),
                        reply("identifier", "uploaded", "attribute", "uploaded", "type", "NUMERIC", "SORTABLE", "UNF"),
                        reply(
                                "identifier",
                                "media_id",
                                "attribute",
                                "media_id",
                                "type",
                                "TAG",
                                "SEPARATOR",
                                ",",
                                "SORTABLE",
                                "UNF",
                                "NOINDEX")),
                "num_docs",
                3L,
                "max_doc_id",
                5L,
                "hash_indexing_failures",
                1L,
                "indexing",
                0L,
                "percent_indexed",
                "1");

        // when, then
        assertThat(Replies.info(info)).isEqualTo(new Replies.Info("media:x:0123abcd", 512, 3, 1, 1));
    }

    @Test
    void olderServersReportNumbersAsTexts() {
        // given
        Object info = reply(
                "index_name",
                "i",
                "attributes",
                reply(reply("identifier", "vector", "attribute", "vector", "type", "VECTOR")),
                "num_docs",
                "20000",
                "hash_indexing_failures",
                "0",
                "percent_indexed",
                "0.25");

        // when, then
        assertThat(Replies.info(info)).isEqualTo(new Replies.Info("i", 0, 20_000, 0, 0.25));
    }

    @Test
    void aReplyOfAnotherKindIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Replies.documents("OK"))
                .withMessageContaining("found OK");
        assertThatIllegalStateException()
                .isThrownBy(() -> Replies.info(reply("num_docs", 1L)))
                .withMessageContaining("index_name");
    }
}
