package dev.clipstream.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.runtime.index.MediaIndexFactories;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MediaSearchTest {
    @Test
    void anUnavailableIndexIsReportedInOneSentence() throws Exception {
        // given an address at which no Redis listens
        Map<String, String> settings = Map.of("clipstream.index.url", "redis://127.0.0.1:1");
        try (ClipModel clip = ModelOpening.open(Path.of("models/clipstream-tiny"), ModelOptions.DEFAULT);
                MediaIndexes indexes = MediaIndexFactories.ofShared(settings, Clock.systemUTC())
                        .open();
                MediaSearch search = new MediaSearch(
                        clip.identity(),
                        indexes,
                        new QueryTexts(clip.identity(), clip.queryEncoder(), 0, new SimpleMeterRegistry()),
                        new QueryPictures(
                                new ImagePreprocessor(clip.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT),
                                clip.preprocessing(),
                                clip.imageSessions().getFirst(),
                                50_000_000))) {

            // when, then
            assertThatExceptionOfType(SearchException.class)
                    .isThrownBy(() -> search.count(MediaFilter.ALL))
                    .withMessageStartingWith("Expected a Redis ")
                    .withMessageContaining("127.0.0.1:1")
                    .satisfies(failure -> assertThat(failure.getMessage())
                            .containsOnlyOnce("Expected")
                            .containsOnlyOnce("found"));
        }
    }
}
