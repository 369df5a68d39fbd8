package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Names of the catalogue on a local hub.
class CatalogueHubTest extends HubTest {
    private static final String KNOWN = "openai/clip-vit-base-patch32";

    private String export() {
        return Catalogue.bundled()
                .find(KNOWN)
                .orElseThrow()
                .exports()
                .getFirst()
                .repository();
    }

    private void requireOpens(String name, String id) throws Exception {
        try (ClipModel model = ModelOpening.open(locate(name), ModelOptions.DEFAULT.withDevices("cpu"))) {
            assertThat(model.identity().id()).isEqualTo(id);
        }
    }

    @Test
    void aKnownNameLeadsToItsExport() throws Exception {
        hub.add(export(), bundle);

        assertThat(locate(KNOWN).folder().toString()).contains("models--" + export().replace("/", "--"));
        requireOpens(KNOWN, KNOWN);
        assertThat(hub.requests()).noneMatch(request -> request.contains("/resolve/") && request.contains(KNOWN));

        // and so does another name of it, without a network
        hub.close();
        String alias = Catalogue.bundled().find(KNOWN).orElseThrow().aliases().getFirst();
        requireOpens(alias, alias.contains("/") ? alias : KNOWN);
    }

    @Test
    void aMirrorWithoutTheExportMayHaveTheNameItself() throws Exception {
        hub.add(KNOWN, bundle);

        requireOpens(KNOWN, KNOWN);
    }

    @Test
    void aModelThatNoHubHasIsRefusedUnderTheExportsName() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(KNOWN))
                .withMessageContaining(export());
    }

    @Test
    void aCommitBelongsToTheRepositoryThatHasIt() throws Exception {
        // given an export and the repository that users know, each with a pull request of the same number
        hub.add(export(), bundle);
        hub.name(export(), "refs/pr/1");
        hub.add(KNOWN, bundle);
        hub.name(KNOWN, "refs/pr/1");

        // when, then
        assertThat(locate(KNOWN + "@" + hub.commit(export())).commit()).hasValue(hub.commit(export()));
        assertThat(locate(KNOWN + "@" + hub.commit(KNOWN)).commit()).hasValue(hub.commit(KNOWN));
        assertThat(locate(KNOWN + "@refs/pr/1").commit()).hasValue(hub.commit(KNOWN));
        assertThat(hub.requests()).noneMatch(request -> request.contains(export()) && request.contains("pr%2F1"));
    }

    @Test
    void aRevisionThatNoneHasOrThatCannotBeServedNamesTheExportToPin() throws Exception {
        // given
        hub.add(export(), bundle);
        hub.put(KNOWN, "model.safetensors", new byte[] {1});

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(KNOWN + "@v9"))
                .withMessageContaining("the revision v9 of " + export() + " or ")
                .withMessageContaining(export() + "@REVISION");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(KNOWN + "@" + hub.commit(KNOWN)))
                .withMessageContaining("weights for PyTorch only")
                .withMessageContaining(export() + "@REVISION");
    }

    @Test
    void aNameWithoutASlashIsPinnedLikeTheOthers() throws Exception {
        hub.add(export(), bundle);
        String alias = Catalogue.bundled().find(KNOWN).orElseThrow().names().stream()
                .filter(name -> !name.contains("/"))
                .findFirst()
                .orElseThrow();

        requireOpens(alias + "@" + hub.commit(export()) + "#fp32", KNOWN);
        assertThat(locate(alias + "@../main").folder()).isEqualTo(Path.of(alias + "@../main"));
    }

    @Test
    void modelsInOneRepositoryHaveScalesOfTheirOwn() throws Exception {
        // given two models that share a repository
        List<KnownModel> models = Catalogue.bundled().models().stream()
                .filter(model -> model.original().isPresent()
                        && model.exports().stream()
                                .limit(1)
                                .anyMatch(export -> export.repository().equals("plhery/mobileclip2-onnx")))
                .limit(2)
                .toList();
        double scale = 20;
        for (KnownModel model : models) {
            publish(model, bundle);
            hub.put(model.original().orElseThrow(), "model.safetensors", HubScaleTest.weights((float) Math.log(scale)));
            scale += 10;
        }

        // when, then
        assertThat(models).hasSize(2);
        assertThat(locate(models.getFirst().id()).scale().orElseThrow().scale()).isCloseTo(20, within(1e-4));
        assertThat(locate(models.getLast().id()).scale().orElseThrow().scale()).isCloseTo(30, within(1e-4));
        hub.close();
        assertThat(locate(models.getFirst().id()).scale().orElseThrow().scale()).isCloseTo(20, within(1e-4));
    }

    @Test
    void oneOfSeveralModelsInARepositoryIsOpenedWithTheTokenizerOfAll() throws Exception {
        // given a repository with a folder of graphs, and everything else at its top
        KnownModel model = Catalogue.bundled().models().stream()
                .filter(other -> other.exports().stream()
                        .limit(1)
                        .anyMatch(export -> export.folder().isPresent()))
                .findFirst()
                .orElseThrow();
        publish(model, RandomClip.write(folder.resolve("external"), Spec.TINY.external(true)));

        // when, then
        requireOpens(model.id(), model.id());
        hub.close();
        requireOpens(model.id(), model.id());
    }

    private void publish(KnownModel model, Path graphs) throws IOException {
        KnownModel.Export export = model.exports().getFirst();
        for (String name : List.of("tokenizer.json", "config.json", "preprocessor_config.json")) {
            hub.put(export.repository(), name, Files.readAllBytes(graphs.resolve(name)));
        }
        try (Stream<Path> files = Files.list(graphs.resolve("onnx"))) {
            for (Path file : files.toList()) {
                hub.put(
                        export.repository(),
                        export.folder().orElseThrow() + "/" + file.getFileName(),
                        Files.readAllBytes(file));
            }
        }
    }
}
