package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.RandomGraph.Weights;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.opening.ModelOpening;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelHubTest extends HubTest {
    private static final ModelOptions CPU = ModelOptions.DEFAULT.withDevices("cpu");

    @ParameterizedTest
    @EnumSource
    void theFilesOfAModelComeIntoTheCacheOfHuggingFace(LocalHub.Listing listing) throws Exception {
        // given a hub that tells sizes and checksums in one place or another
        hub.list(listing);

        // when
        LocalBundle found = locate(ID);

        // then
        assertThat(found.folder()).isEqualTo(snapshot());
        assertThat(found.commit()).hasValue(hub.commit(ID));
        requireComplete(snapshot());
        assertThat(snapshot().resolve(VISION)).isSymbolicLink();
        assertThat(Files.readSymbolicLink(snapshot().resolve(VISION)))
                .hasToString("../../../blobs/" + LocalHub.sha256(hub.content(ID, VISION)));
        assertThat(repository().resolve("refs/main")).hasContent(hub.commit(ID));
        assertThat(incomplete()).isEmpty();

        // and its size was announced
        assertThat(pulled.announcements()).hasSize(1);
        assertThat(pulled.announcements().getFirst().bytes()).isEqualTo(pulled.received());
    }

    @Test
    void aPulledModelIsOpenedUnderItsName() throws Exception {
        try (ClipModel model = ModelOpening.open(locate(ID), CPU)) {
            assertThat(model.identity().id()).isEqualTo(ID);
            assertThat(model.describe().commit()).hasValue(hub.commit(ID));
        }
        // and so is one whose snapshot a user names
        try (ClipModel model = ModelOpening.open(snapshot(), CPU)) {
            assertThat(model.identity().id()).isEqualTo(ID);
        }
    }

    @Test
    void aPulledModelNeedsNoNetwork() throws Exception {
        locate(ID);
        int asked = hub.requests().size();

        assertThat(locate(ID).folder()).isEqualTo(snapshot());
        assertThat(locate(ID + "#fp32").folder()).isEqualTo(snapshot());
        assertThat(locate(ID + "@" + hub.commit(ID)).folder()).isEqualTo(snapshot());
        assertThat(hub.requests()).hasSize(asked);
    }

    @Test
    void aBranchStandsForItsCommitUntilTheModelIsPulledAgain() throws Exception {
        // given
        Path first = locate(ID).folder();
        hub.put(ID, "config.json", "{\"model_type\": \"clip\"}".getBytes(StandardCharsets.UTF_8));

        // when, then
        assertThat(locate(ID).folder()).isEqualTo(first);
        assertThat(pull(ID).folder()).isEqualTo(snapshot()).isNotEqualTo(first);
        assertThat(locate(ID).folder()).isEqualTo(snapshot());

        // and only the changed file came
        assertThat(pulled.announcements().getLast().files()).isEqualTo(1);
    }

    @Test
    void onlyTheChosenWeightsArePulled() throws Exception {
        // given
        hub.add(ID, RandomClip.write(folder.resolve("int8"), Spec.TINY.weights(Weights.INT8)));

        // when
        locate(ID + "#int8");

        // then
        assertThat(snapshot().resolve("onnx/vision_model_int8.onnx")).exists();
        assertThat(snapshot().resolve(VISION)).doesNotExist();
        assertThat(pulled.announcements().getFirst().weights()).isEqualTo("int8");

        // and the others come when they are wanted
        locate(ID);
        requireComplete(snapshotWithout("onnx/vision_model_int8.onnx", "onnx/text_model_int8.onnx"));
    }

    private Path snapshotWithout(String... names) throws Exception {
        for (String name : names) {
            Files.delete(snapshot().resolve(name));
        }
        return snapshot();
    }

    @Test
    void externalWeightsComeWithTheirGraphs() throws Exception {
        // given weights beside the graphs, in files with the usual names
        String id = "acme/external";
        hub.add(id, RandomClip.write(folder.resolve("external"), Spec.TINY.external(true)));

        // when, then
        try (ClipModel model = ModelOpening.open(locate(id), CPU)) {
            assertThat(model.describe().files().toString()).contains("vision_model.onnx_data");
        }
    }

    @Test
    void externalWeightsThatTheGraphAloneNamesCome() throws Exception {
        // given weights in a file whose name does not show its graph
        String id = "acme/external";
        publishExternal(id, "image-tower-weights.b1");
        byte[] data = hub.content(id, VISION + "_data");
        hub.put(id, "onnx/image-tower-weights.b1", data);
        hub.remove(id, VISION + "_data");

        // when, then
        try (ClipModel model = ModelOpening.open(locate(id), CPU)) {
            assertThat(model.describe().files().toString()).contains("image-tower-weights.b1");
        }
        assertThat(pulled.announcements()).hasSize(2);
        hub.close();
        assertThat(locate(id).folder().resolve("onnx/image-tower-weights.b1")).hasBinaryContent(data);
    }

    @Test
    void weightsOutsideOfTheRepositoryAreNeitherAskedForNorRead() throws Exception {
        String id = "acme/external";
        publishExternal(id, "../../../../etc/passwd");

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelOpening.open(locate(id), CPU))
                .withMessageContaining("etc/passwd")
                .withMessageContaining("inside");
        assertThat(hub.requests()).noneMatch(request -> request.contains("passwd"));
    }

    /// Publishes a model whose image graph names another file of weights.
    ///
    /// @param location as long as the usual one, so that the graph stays valid
    private void publishExternal(String id, String location) throws IOException {
        hub.add(id, RandomClip.write(folder.resolve("external"), Spec.TINY.external(true)));
        String graph = new String(hub.content(id, VISION), StandardCharsets.ISO_8859_1);
        assertThat(graph).contains("vision_model.onnx_data");
        hub.put(id, VISION, graph.replace("vision_model.onnx_data", location).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aRepositoryWithoutGraphsIsRefusedWithTheCommandThatExportsIt() {
        hub.put("acme/torch", "model.safetensors", new byte[] {1});
        hub.put("acme/torch", "config.json", "{\"model_type\": \"metaclip_2\"}".getBytes(StandardCharsets.UTF_8));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate("acme/torch"))
                .withMessageContaining("optimum-cli export onnx --model acme/torch --variant split --task")
                .withMessageContaining("docs/export.md");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID + "#q4"))
                .withMessageContaining("[fp32]");
    }

    @Test
    void aFileThatWasDamagedIsPulledAgain() throws Exception {
        // given bytes of the same number
        locate(ID);
        Path file = snapshot().resolve("tokenizer.json").toRealPath();
        Files.write(file, new byte[(int) Files.size(file)]);

        // when
        pull(ID);

        // then
        requireComplete(snapshot());
    }

    @Test
    void withoutANetworkTheErrorSaysWhatToCopyWhere() {
        variables.put("HF_HUB_OFFLINE", "1");

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID + "@v2"))
                .withMessageContaining("HF_HUB_OFFLINE")
                .withMessageContaining("clipstream model pull " + ID + "@v2")
                .withMessageContaining(repository().toString());
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aCacheThatAnotherProgramWroteIsUsedWhereTheHubDoesNotAnswer() throws Exception {
        // given what huggingface_hub leaves
        locate(ID);
        Files.delete(repository().resolve(".clipstream/" + hub.commit(ID) + ".json"));

        // when, then
        variables.put("HF_HUB_OFFLINE", "1");
        assertThat(locate(ID).folder()).isEqualTo(snapshot());
        assertThat(pulled.warnings()).isEmpty();
        variables.remove("HF_HUB_OFFLINE");
        hub.close();
        assertThat(locate(ID).folder()).isEqualTo(snapshot());
        assertThat(pulled.warnings()).hasSize(1);
    }

    @Test
    void aCacheThatCannotBeWrittenIsUsedAsItIs() throws Exception {
        // given a whole model without a record, and files where folders would be made
        locate(ID);
        Path record = repository().resolve(".clipstream");
        Files.delete(record.resolve(hub.commit(ID) + ".json"));
        Files.delete(record);
        Files.writeString(record, "no folder");

        // when, then
        assertThat(locate(ID).folder()).isEqualTo(snapshot());
        assertThat(pulled.warnings()).singleElement().asString().contains("not writable");
    }
}
