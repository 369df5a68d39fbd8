package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.Scoring;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Small bundles with random weights as the exporters that people use write them, each with a `reference.json`: ids,
/// vectors and probabilities that the model's original code gives with the original tokenizer and preprocessing.
///
/// The smallest of each kind are in the test resources. Those in `../shared` are tried too where it exists.
class ExportedBundlesTest {
    private static final List<Path> ROOTS =
            List.of(Path.of("src/test/resources/models/exports"), Path.of("../shared/fixtures/exports"));
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withDevices("cpu");
    private static final double SAME = 0.99999;

    /// What the refusal of each bundle that cannot be served must say.
    private static final Map<String, List<String>> REASONS = Map.of(
            "external-data-missing", List.of("model.onnx_data"),
            "hf-safetensors-only", List.of("model.safetensors", "optimum-cli export onnx --model"),
            "sentence-transformers-clip", List.of("0_CLIPModel/", "optimum-cli export onnx --model"),
            "siglip2-naflex", List.of("NaFlex"));

    static List<Arguments> bundles() throws IOException {
        List<Arguments> bundles = new ArrayList<>();
        for (Path root : ROOTS) {
            for (Path bundle : folders(root)) {
                JsonNode reference = JsonMapper.shared().readTree(Files.readAllBytes(bundle.resolve("reference.json")));
                bundles.add(Arguments.of(bundle, reference));
            }
        }
        return bundles;
    }

    private static List<Path> folders(Path root) throws IOException {
        List<Path> folders = new ArrayList<>();
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(root)) {
                children.forEach(child -> {
                    if (Files.exists(child.resolve("reference.json"))) {
                        folders.add(child);
                    }
                });
            }
        }
        return folders.stream().sorted().toList();
    }

    static Stream<Arguments> served() throws IOException {
        return bundles().stream().filter(bundle -> expected(bundle).equals("opens"));
    }

    static Stream<Arguments> refused() throws IOException {
        return bundles().stream().filter(bundle -> expected(bundle).equals("refused"));
    }

    private static String expected(Arguments bundle) {
        return ((JsonNode) bundle.get()[1]).path("expected").stringValue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("served")
    void anExportGivesTheIdsTheVectorsAndTheProbabilitiesOfTheOriginalCode(Path bundle, JsonNode reference)
            throws Exception {
        SoftAssertions same = new SoftAssertions();
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            // when
            Map<String, Embedding> pictures = pictures(model, bundle, reference);
            List<String> texts = texts(reference);
            List<Embedding> vectors = model.textEncoder().encode(texts);

            // then
            assertThat(pictures).isNotEmpty();
            pictures.forEach((name, vector) -> same.assertThat(
                            vector.cosine(vector(reference.path("pictures").path(name))))
                    .as(name)
                    .isGreaterThan(SAME));
            for (int i = 0; i < texts.size(); i++) {
                JsonNode entry = reference.path("texts").path(i);
                same.assertThat(model.tokenizer().tokenize(texts.get(i)))
                        .as(texts.get(i))
                        .isEqualTo(ids(entry.path("ids")));
                same.assertThat(vectors.get(i).cosine(vector(entry.path("vector"))))
                        .as(texts.get(i))
                        .isGreaterThan(SAME);
            }
            same.assertThat(model.scoring().kind().name())
                    .isEqualToIgnoringCase(reference.path("scoring").stringValue());
            if (reference.path("scale_in_bundle").booleanValue()) {
                comparesProbabilities(same, model, reference, pictures);
            }
            same.assertThat(model.describe().decisions())
                    .extracting(decision -> decision.subject())
                    .contains("family", "preprocessing", "text clean-up", "text length", "padding token", "scoring");
        }
        same.assertAll();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("served")
    void otherWeightsOfAnExportGiveTheVectorsOfTheSameGraphInPython(Path bundle, JsonNode reference) throws Exception {
        for (Map.Entry<String, JsonNode> variant : reference.path("variants").properties()) {
            double least = variant.getValue().path("least").asDouble(0.999);
            try (ClipModel model = ModelOpening.open(bundle, OPTIONS.withWeights(variant.getKey()))) {
                pictures(model, bundle, reference)
                        .forEach((name, vector) -> assertThat(vector.cosine(vector(
                                        variant.getValue().path("pictures").path(name))))
                                .as("%s %s", variant.getKey(), name)
                                .isGreaterThan(least));
                List<Embedding> texts = model.textEncoder().encode(texts(reference));
                for (int i = 0; i < texts.size(); i++) {
                    assertThat(texts.get(i)
                                    .cosine(vector(
                                            variant.getValue().path("texts").path(i))))
                            .as("%s text %s", variant.getKey(), i)
                            .isGreaterThan(least);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void aFolderThatCannotBeServedIsRefusedForItsOwnReason(Path bundle, JsonNode reference) {
        String name = String.valueOf(bundle.getFileName());
        assertThat(REASONS).containsKey(name);
        assertThatExceptionOfType(ModelException.class)
                .as(reference.path("note").stringValue())
                .isThrownBy(() -> ModelOpening.open(bundle, OPTIONS))
                .withMessageContainingAll(REASONS.getOrDefault(name, List.of()).toArray(String[]::new));
    }

    private static void comparesProbabilities(
            SoftAssertions same, ClipModel model, JsonNode reference, Map<String, Embedding> pictures) {
        List<String> labels = strings(reference.path("labels"));
        List<Embedding> vectors = model.textEncoder().encode(labels);
        pictures.forEach((name, picture) -> {
            double[] logits = vectors.stream()
                    .mapToDouble(label -> model.scoring().logit(picture.cosine(label)))
                    .toArray();
            double sum = DoubleStream.of(logits).map(Math::exp).sum();
            for (int i = 0; i < logits.length; i++) {
                double probability = model.scoring().kind() == Scoring.Kind.SOFTMAX
                        ? Math.exp(logits[i]) / sum
                        : 1 / (1 + Math.exp(-logits[i]));
                same.assertThat(probability)
                        .as("%s: %s", name, labels.get(i))
                        .isCloseTo(
                                reference
                                        .path("probabilities")
                                        .path(name)
                                        .path(i)
                                        .doubleValue(),
                                within(0.001));
            }
        });
    }

    /// Returns the vectors of the reference's pictures, as far as they are beside the bundles.
    private static Map<String, Embedding> pictures(ClipModel model, Path bundle, JsonNode reference) throws Exception {
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(model.preprocessing(), DecodeMode.EXACT, ImageLimits.DEFAULT);
        Map<String, Embedding> vectors = new LinkedHashMap<>();
        for (String name : reference.path("pictures").propertyNames()) {
            Path file = bundle.resolveSibling("pictures").resolve(name);
            if (Files.exists(file)) {
                RgbImage image = preprocessor.prepare(Files.readAllBytes(file)).modelInput();
                vectors.put(
                        name,
                        model.imageSessions().getFirst().run(List.of(image)).getFirst());
            }
        }
        return vectors;
    }

    private static List<String> texts(JsonNode reference) {
        List<String> texts = new ArrayList<>();
        reference.path("texts").forEach(entry -> texts.add(entry.path("text").stringValue()));
        return texts;
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(entry -> strings.add(entry.stringValue()));
        return strings;
    }

    private static long[] ids(JsonNode node) {
        long[] ids = new long[node.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = node.path(i).longValue();
        }
        return ids;
    }

    private static Embedding vector(JsonNode node) {
        float[] values = new float[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.path(i).floatValue();
        }
        return Embedding.normalize(values);
    }
}
