package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelsTest {
    private static Settings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.put("clipstream.model.devices", "cpu");
        all.putIfAbsent("clipstream.model.path", "src/test/resources/models/random-tiny");
        return Settings.of(all);
    }

    @Test
    void aModelWithAnotherFingerprintThanThePinnedOneIsRefused() throws Exception {
        String fingerprint;
        try (ClipModel model = Models.open(settings(Map.of()))) {
            fingerprint = model.identity().fingerprint();
        }

        try (ClipModel model = Models.open(settings(Map.of("clipstream.model.sha256", fingerprint)))) {
            assertThat(model.identity().fingerprint()).isEqualTo(fingerprint);
        }
        String other = "0".repeat(64);
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> Models.open(settings(Map.of("clipstream.model.sha256", other))))
                .withMessageStartingWith("model.sha256: ")
                .withMessageContaining(other)
                .withMessageContaining(fingerprint);
    }

    @Test
    void aRevisionThatContradictsTheModelIsRefused() {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> Models.open(settings(Map.of("clipstream.model.revision", "v1"))))
                .withMessageStartingWith("model.revision: ");
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> Models.open(
                        settings(Map.of("clipstream.model.path", "acme/clip@v2", "clipstream.model.revision", "v1"))))
                .withMessageStartingWith("model.revision: ");
    }
}
