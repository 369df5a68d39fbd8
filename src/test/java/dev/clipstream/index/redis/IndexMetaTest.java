package dev.clipstream.index.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.index.tck.TestMedia;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IndexMetaTest {
    private static final IndexMeta<String> META =
            new IndexMeta<>("n", TestMedia.model("tiny", 'a', 2), "0123abcd", "parameters", IndexState.NEW);

    @Test
    void aHashIsReadAsItWasWritten() {
        // given
        Map<String, String> fields = new HashMap<>(META.toFields());
        fields.putAll(IndexState.fieldsOfNew("a,b"));

        // when, then
        assertThat(IndexMeta.of("n", fields, Optional.of("parameters"))).contains(META);
    }

    @Test
    void anIndexWithoutTheFieldOfItsFillingWasFilled() {
        assertThat(IndexMeta.of("n", META.toFields(), Optional.of("parameters")))
                .hasValueSatisfying(meta -> assertThat(meta.state()).isEqualTo(new IndexState(false, "")));
    }

    @Test
    void anIncompleteHashIsNoIndex() {
        // given
        Map<String, String> fields = new HashMap<>(META.toFields());

        // when, then
        assertThat(IndexMeta.of("n", fields, Optional.empty())).isEmpty();
        fields.remove("model_fingerprint");
        assertThat(IndexMeta.of("n", fields, Optional.of("parameters"))).isEmpty();
        assertThat(IndexMeta.of("n", Map.of(), Optional.of("parameters"))).isEmpty();
    }
}
