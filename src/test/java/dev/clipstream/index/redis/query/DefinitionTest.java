package dev.clipstream.index.redis.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.IndexState;
import dev.clipstream.index.tck.TestMedia;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionTest {

    @Test
    void theDefinitionFollowsTheModelAndTheSettings() {
        // given
        Keys keys = new Keys("media:", "tiny-2-aaaaaaaaaaaa");
        QueryParameters parameters = new QueryParameters(VectorType.FLOAT16, 16, 200);
        IndexMeta<QueryParameters> meta =
                new IndexMeta<>(keys.name(), TestMedia.model("tiny", 'a', 2), "0123abcd-…", parameters, IndexState.NEW);

        // when, then
        assertThat(String.join(" ", Definition.create(keys, meta, 50)))
                .isEqualTo("media:tiny-2-aaaaaaaaaaaa:0123abcd ON HASH PREFIX 1 media:tiny-2-aaaaaaaaaaaa:doc: SCHEMA"
                        + " vector VECTOR HNSW 12 TYPE FLOAT16 DIM 2 DISTANCE_METRIC COSINE M 16 EF_CONSTRUCTION 200"
                        + " EF_RUNTIME 50 uploaded NUMERIC SORTABLE filter_tags TAG SEPARATOR , CASESENSITIVE"
                        + " filter_attributes TAG SEPARATOR , CASESENSITIVE filter_set TAG SEPARATOR , CASESENSITIVE"
                        + " media_id TAG SORTABLE UNF NOINDEX labels TAG SORTABLE UNF NOINDEX");
        assertThat(QueryParameters.of(parameters.toFields(keys))).contains(parameters);
        assertThat(QueryParameters.of(Map.of())).isEmpty();
    }
}
