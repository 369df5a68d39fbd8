package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.hub.KnownModel.Export;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The bundled catalogue, and what is refused in one.
class CatalogueTest {
    private static final Catalogue CATALOGUE = Catalogue.bundled();

    private static final String VALID = """
            models:
              - id: org/model
                title: Model
                original: org/model
                exports:
                  - {repository: org/model-ONNX, layout: transformers.js, weights: {fp32: 600, fp16: null}}
                dimension: 512
                pixels: 224
                textLength: 77
                languages: [en]
                licence: MIT
                commercial: true
                parameters: 150
            """;

    @Test
    void everyNameFindsItsModelInAnyCase() {
        for (KnownModel model : CATALOGUE.models()) {
            for (String name : model.names()) {
                assertThat(CATALOGUE.find(name)).as(name).contains(model);
                assertThat(CATALOGUE.find(name.toUpperCase(Locale.ROOT)))
                        .as(name)
                        .contains(model);
            }
        }
        assertThat(CATALOGUE.find("nobody/nothing")).isEmpty();
    }

    @Test
    void modelsAreSortedById() {
        List<String> ids = CATALOGUE.models().stream().map(KnownModel::id).toList();

        assertThat(ids).isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER).doesNotHaveDuplicates();
    }

    /// The models that users ask for by these names, with the repository that a pull takes first.
    @ParameterizedTest
    @CsvSource({
        "openai/clip-vit-base-patch32, Xenova/clip-vit-base-patch32",
        "ViT-B-32__openai, Xenova/clip-vit-base-patch32",
        "openai/clip-vit-base-patch16, Xenova/clip-vit-base-patch16",
        "openai/clip-vit-large-patch14, Xenova/clip-vit-large-patch14",
        "openai/clip-vit-large-patch14-336, Xenova/clip-vit-large-patch14-336",
        "RN50__openai, immich-app/RN50__openai",
        "laion/CLIP-ViT-B-32-laion2B-s34B-b79K, immich-app/ViT-B-32__laion2b-s34b-b79k",
        "apple/DFN5B-CLIP-ViT-H-14, immich-app/ViT-H-14-quickgelu__dfn5b",
        "OFA-Sys/chinese-clip-vit-base-patch16, Xenova/chinese-clip-vit-base-patch16",
        "OFA-Sys/chinese-clip-vit-large-patch14, Xenova/chinese-clip-vit-large-patch14",
        "google/siglip-base-patch16-224, Xenova/siglip-base-patch16-224",
        "google/siglip2-base-patch16-224, onnx-community/siglip2-base-patch16-224-ONNX",
        "apple/MobileCLIP-S2, Xenova/mobileclip_s2",
        "apple/MobileCLIP2-S2, plhery/mobileclip2-onnx",
        "M-CLIP/LABSE-Vit-L-14, immich-app/LABSE-Vit-L-14",
        "visheratin/nllb-clip-base-siglip, immich-app/nllb-clip-base-siglip__v1",
        "jinaai/jina-clip-v2, jinaai/jina-clip-v2",
    })
    void aWellKnownNameLeadsToAnExport(String name, String repository) {
        KnownModel model = CATALOGUE.find(name).orElseThrow();

        assertThat(model.export(name)).map(Export::repository).contains(repository);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "laion/CLIP-ViT-B-16-DataComp.XL-s13B-b90K",
                "apple/DFN2B-CLIP-ViT-B-16",
                "OFA-Sys/chinese-clip-rn50",
                "qihoo360/fg-clip2-base",
                "facebook/PE-Core-B16-224"
            })
    void aModelWithoutAKnownExportIsKnownAllTheSame(String name) {
        assertThat(CATALOGUE.find(name).orElseThrow().export(name)).isEmpty();
    }

    @Test
    void theExportOfANameThatIsARepositoryIsThatRepository() {
        KnownModel model = CATALOGUE.find("openai/clip-vit-base-patch32").orElseThrow();

        assertThat(model.export("immich-app/ViT-B-32__openai"))
                .map(Export::layout)
                .contains("immich");
    }

    @Test
    void naFlexIsNamedAsNotServed() {
        KnownModel model = CATALOGUE.find("google/siglip2-base-patch16-naflex").orElseThrow();

        assertThat(model.unsupported()).get().asString().contains("NaFlex");
    }

    @Test
    void licencesThatForbidCommercialUseAreMarked() {
        KnownModel jina = CATALOGUE.find("jinaai/jina-clip-v2").orElseThrow();

        assertThat(jina.licence()).isEqualTo("CC-BY-NC-4.0");
        assertThat(CATALOGUE.models())
                .filteredOn(model -> model.licence().contains("-NC"))
                .hasSizeGreaterThan(4)
                .noneMatch(KnownModel::commercial);
    }

    /// A parameter takes 4 bytes in fp32, 2 in fp16 and a little more than 1 in 8 bits; tokenizers take up to 40 MB.
    @Test
    void sizesMatchTheNumberOfParameters() {
        Map<String, Double> bytes = Map.of("fp32", 4.0, "fp16", 2.0, "int8", 1.0, "quantized", 1.0, "uint8", 1.0);
        for (KnownModel model : CATALOGUE.models()) {
            for (Export export : model.exports()) {
                export.weights().forEach((variant, megabytes) -> {
                    if (megabytes.isPresent() && bytes.containsKey(variant)) {
                        double expected = model.parameters() * bytes.get(variant);
                        assertThat((double) megabytes.get())
                                .as("%s %s", export.repository(), variant)
                                .isBetween(0.97 * expected, 1.1 * expected + 40);
                    }
                });
            }
        }
    }

    @Test
    void aCatalogueIsRead() {
        KnownModel model = read(VALID).find("org/model-onnx").orElseThrow();

        assertThat(model.exports().getFirst().weights())
                .containsExactly(Map.entry("fp32", Optional.of(600)), Map.entry("fp16", Optional.empty()));
        assertThat(model.recall()).isEmpty();
        assertThat(model.note()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "title: Model | titel: Model | line 14, entry 1: title: Expected text",
                "languages: | name: x\\n    languages: | line 15, entry 1: Unrecognized property \"name\"",
                "licence: MIT | licence: ' ' | line 14, entry 1: licence: Expected text",
                "dimension: 512 | dimension: 5 | line 14, entry 1: dimension: Expected a number from 64",
                "dimension: 512 | dimension: many | line 7, entry 1: Cannot deserialize value of type `int` from String",
                "textLength: 77 | pixels: 77 | line 9, entry 1: Duplicate Object property \"pixels\"",
                "org/model-ONNX | ../../etc | line 6, entry 1: repository: Expected ORG/NAME, found '../../etc'",
                "fp32: 600 | fp31: 600 | line 6, entry 1: weights: Expected one of [fp32, fp16,",
                "fp32: 600 | fp32: -1 | line 6, entry 1: weights.fp32: Expected a number from 1",
                "languages: [en] | languages: [] | line 14, entry 1: languages: Expected at least one language",
                "parameters: 150 | note: none | line 14, entry 1: Cannot map `null` into type `double`",
            })
    void aMistakeIsNamedWithItsLine(String right, String wrong, String message) {
        assertThatThrownBy(() -> read(VALID.replace(right, wrong.replace("\\n", "\n"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("test.yaml, " + message);
    }

    @Test
    void aNameOfTwoModelsIsRefused() {
        String twice = VALID + VALID.replace("models:\n", "").replace("id: org/model", "id: org/other");

        assertThatThrownBy(() -> read(twice)).hasMessageContaining("org/model and org/other");
    }

    private static Catalogue read(String yaml) {
        return Catalogue.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "test.yaml");
    }
}
