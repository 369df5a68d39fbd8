package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {

    @TempDir
    private Path folder;

    @Test
    void theSameModelHasTheSameFingerprintInAnyFolder() throws Exception {
        assertThat(fingerprint(RandomClip.writeTiny(folder.resolve("here"))))
                .isEqualTo(fingerprint(RandomClip.writeTiny(folder.resolve("there/deeper"))));
    }

    @Test
    void otherWeightsOtherTokensAndOtherPixelsHaveOtherFingerprints() throws Exception {
        // given
        Path plain = RandomClip.writeTiny(folder.resolve("plain"));
        Path weights = RandomClip.write(folder.resolve("weights"), Spec.TINY.seed(8));
        Path external = RandomClip.write(folder.resolve("external"), Spec.TINY.external(true));
        Path externalOther = RandomClip.write(
                folder.resolve("external-other"), Spec.TINY.external(true).seed(8));
        Path tokens = RandomClip.writeTiny(folder.resolve("tokens"));
        replace(tokens.resolve("tokenizer.json"), "\"c a\",", "");
        Path pixels = RandomClip.writeTiny(folder.resolve("pixels"));
        replace(pixels.resolve("preprocessor_config.json"), "\"resample\" : 3", "\"resample\" : 2");

        // when, then
        assertThat(new String[] {
                    fingerprint(plain),
                    fingerprint(weights),
                    fingerprint(external),
                    fingerprint(externalOther),
                    fingerprint(tokens),
                    fingerprint(pixels)
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void scaleAndNameDoNotChangeTheFingerprint() throws Exception {
        // given
        Path plain = RandomClip.writeTiny(folder.resolve("plain"));
        Path scaled = RandomClip.writeTiny(folder.resolve("scaled"));
        Files.writeString(scaled.resolve("clipstream.json"), "{\"id\": \"other\", \"logit_scale\": 50}");

        // when
        String fingerprint;
        try (ClipModel model = ModelOpening.open(scaled, ModelOptions.DEFAULT.withDevices("cpu"))) {
            fingerprint = model.identity().fingerprint();
            assertThat(model.identity().id()).isEqualTo("other");
            assertThat(model.scoring().scale()).isEqualTo(50);
        }

        // then
        assertThat(fingerprint).isEqualTo(fingerprint(plain));
    }

    private static String fingerprint(Path bundle) throws ModelException {
        try (ClipModel model = ModelOpening.open(bundle, ModelOptions.DEFAULT.withDevices("cpu"))) {
            return model.identity().fingerprint();
        }
    }

    private static void replace(Path file, String from, String to) throws Exception {
        String before = Files.readString(file);
        assertThat(before).contains(from);
        Files.writeString(file, before.replace(from, to));
    }
}
