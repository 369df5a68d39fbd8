package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.codec.Codecs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConcurrentPreparationTest {

    @ParameterizedTest(name = "portable: {0}")
    @ValueSource(booleans = {false, true})
    void manyThreadsAtOnePreprocessorGetWhatOneThreadGets(boolean portable) throws Exception {
        // given
        Codecs codecs = portable ? Codecs.PORTABLE : Codecs.NATIVE;
        ImagePreprocessor preprocessor = new ImagePreprocessor(
                TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN),
                DecodeMode.EXACT,
                ImageLimits.DEFAULT,
                ImageFormats.all(codecs));
        List<Path> pictures = FixturePicturesTest.pictures();
        List<PreparedImage> alone = new ArrayList<>();
        for (Path picture : pictures) {
            alone.add(preprocessor.prepare(Files.readAllBytes(picture)));
        }

        // when
        List<Future<PreparedImage>> together = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < 4; round++) {
                for (Path picture : pictures) {
                    together.add(threads.submit(() -> preprocessor.prepare(Files.readAllBytes(picture))));
                }
            }
        }

        // then
        for (int i = 0; i < together.size(); i++) {
            assertThat(together.get(i).get()).isEqualTo(alone.get(i % pictures.size()));
        }
    }
}
