package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelDescription;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The learned scale of an export's original weights.
class HubScaleTest extends HubTest {
    private static final String ORIGINAL = "acme/original";

    /// Weights of 2 MB with the scale at their end.
    @BeforeEach
    void publishOriginal() {
        hub.remove(ID, "clipstream.json");
        hub.put(ORIGINAL, "model.safetensors", weights((float) Math.log(42)));
    }

    static byte[] weights(float logarithm) {
        byte[] header = "{\"logit_scale\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[2000000,2000004]}}"
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + 2_000_004)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .position(8 + header.length + 2_000_000)
                .putFloat(logarithm)
                .array();
    }

    private ModelDescription describe() throws Exception {
        try (ClipModel model = ModelOpening.open(locate(ID), ModelOptions.DEFAULT.withDevices("cpu"))) {
            return model.describe();
        }
    }

    @Test
    void theOriginalThatARepositoryNamesGivesItsScaleInTwoRequests() throws Exception {
        // given
        hub.setOrigin(ID, ORIGINAL);

        // when
        ModelDescription found = describe();

        // then
        assertThat(found.scoring().scale()).isCloseTo(42, within(1e-4));
        assertThat(found.scoringSource())
                .isEqualTo(ORIGINAL + "@" + hub.commit(ORIGINAL) + "/model.safetensors, the base model of " + ID);
        assertThat(found.warnings().toString()).doesNotContain("logit_scale");
        String blob = LocalHub.sha256(hub.content(ORIGINAL, "model.safetensors"));
        assertThat(hub.storageRequests().stream().filter(request -> request.startsWith("GET /" + blob)))
                .hasSize(2)
                .allMatch(request -> request.contains("bytes="));

        // and it is there without a network
        hub.close();
        assertThat(describe().scoring()).isEqualTo(found.scoring());
    }

    @Test
    void theRepositorysOwnWeightsComeFirst() throws Exception {
        hub.setOrigin(ID, ORIGINAL);
        hub.put(ID, "model.safetensors", weights((float) Math.log(7)));

        assertThat(describe().scoring().scale()).isCloseTo(7, within(1e-5));
        assertThat(snapshot().resolve("model.safetensors")).doesNotExist();
    }

    @Test
    void aPinnedCommitHasItsOwnScale() throws Exception {
        // given a repository whose branch learned on
        hub.put(ID, "model.safetensors", weights((float) Math.log(7)));
        String pinned = hub.commit(ID);
        hub.put(ID, "model.safetensors", weights((float) Math.log(9)));

        try (ClipModel model = ModelOpening.open(locate(ID + "@" + pinned), ModelOptions.DEFAULT.withDevices("cpu"))) {
            assertThat(model.describe().scoring().scale()).isCloseTo(7, within(1e-5));
        }
        assertThat(describe().scoring().scale()).isCloseTo(9, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"finetune, 0", "adapter, 0", "merge, 0", "quantized, 42"})
    void onlyABaseWithTheSameWeightsGivesItsScale(String relation, int scale) throws Exception {
        hub.setOrigin(ID, ORIGINAL);
        hub.setRelation(ID, relation);

        ModelDescription found = describe();

        if (scale > 0) {
            assertThat(found.scoring().scale()).isCloseTo(scale, within(1e-4));
        } else {
            assertThat(found.scoringSource()).doesNotContain(ORIGINAL);
            assertThat(found.warnings().toString()).contains("logit_scale");
        }
    }

    @Test
    void anOriginalThatIsGatedOrDamagedCostsTheScaleAlone() throws Exception {
        // given
        hub.setOrigin(ID, "acme/none", ORIGINAL);
        hub.put(ORIGINAL, "model.safetensors", new byte[200_000]);

        // when, then
        assertThat(describe().warnings().toString()).contains("logit_scale");
        assertThat(pulled.warnings()).hasSize(2).allMatch(warning -> warning.contains("was not read"));

        // and model pull tries again
        hub.put(ORIGINAL, "model.safetensors", weights((float) Math.log(42)));
        pull(ID);
        assertThat(describe().scoring().scale()).isCloseTo(42, within(1e-4));
    }
}
