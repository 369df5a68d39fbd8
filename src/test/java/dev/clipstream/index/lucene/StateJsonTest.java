package dev.clipstream.index.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.rules.MediaState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateJsonTest {

    @Test
    void aMediumOfAnIndexThatKnewOneLabelSetIsRead() {
        // given: as version 0.1.0 wrote it before there were several label sets
        String json = """
                {"details":{"attributes":{"album":"summer"},"contentType":"image/jpeg","height":480,\
                "uploadedAt":"2026-03-01T12:00:01Z","uri":"https://example.org/1.jpg","width":640},\
                "tags":{"labelSet":"everyday","tags":[{"cosine":0.25,"displayName":"the cat","labelId":"cat",\
                "probability":0.9}],"version":"3"},"tagsSource":"u1","tagsVersion":{"log":"l","offset":1,"time":"2026-03-01T12:00:01Z","upload":null},\
                "vectorSource":"u1","vectorVersion":{"log":"l","offset":1,"time":"2026-03-01T12:00:01Z","upload":null}}""";

        // when
        MediaState state = StateJson.read(json);

        // then
        assertThat(state.tags())
                .isEqualTo(new TagSet(
                        "everyday",
                        "3",
                        List.of(new IndexedTag("cat", "the cat", 0.9, 0.25, "everyday", null)),
                        Map.of("everyday", "3")));
        assertThat(StateJson.read(StateJson.write(state))).isEqualTo(state);
    }
}
