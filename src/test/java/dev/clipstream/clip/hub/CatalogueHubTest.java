package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
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
    void oneOfSeveralModelsInARepositoryIsOpenedWithTheTokenizerOfAll() throws Exception {
        // given a repository with a folder of graphs, and everything else at its top
        KnownModel model = Catalogue.bundled().models().stream()
                .filter(other -> other.exports().stream()
                        .limit(1)
                        .anyMatch(export -> export.folder().isPresent()))
                .findFirst()
                .orElseThrow();
        KnownModel.Export export = model.exports().getFirst();
        Path graphs = RandomClip.write(folder.resolve("external"), Spec.TINY.external(true));
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

        // when, then
        requireOpens(model.id(), model.id());
        hub.close();
        requireOpens(model.id(), model.id());
    }
}
