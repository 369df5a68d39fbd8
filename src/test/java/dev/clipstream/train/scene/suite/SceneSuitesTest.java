package dev.clipstream.train.scene.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.train.scene.font.TinyFont;
import dev.clipstream.train.scene.pairs.ScenePairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SceneSuitesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private SceneSuites suites;

    @BeforeEach
    void openTheTinyFont() throws IOException {
        suites = new SceneSuites(TinyFont.concepts(folder), 1, 48);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONCEPTS_ALL", "COLOUR", "COUNT"})
    void aSuiteWithClassesHasAFolderForEachLabelInBothLanguages(Suite suite) throws IOException, LabelSetException {
        // when
        int written = suites.write(suite, 2, folder.resolve("suite"), () -> {});

        // then
        LabelSet english = LabelSetFile.read(folder.resolve("suite/labels.yaml"));
        LabelSet chinese = LabelSetFile.read(folder.resolve("suite/labels.zh.yaml"));
        assertThat(english.labels()).hasSizeGreaterThan(2).isEqualTo(chinese.labels());
        assertThat(english.promptLanguage()).isEqualTo("en");
        assertThat(chinese.promptLanguage()).isEqualTo("zh");
        assertThat(written).isEqualTo(2 * english.labels().size());
        for (var label : english.labels()) {
            try (Stream<Path> pictures = Files.list(folder.resolve("suite").resolve(label.id()))) {
                assertThat(pictures).hasSize(2).allSatisfy(SceneSuitesTest::assertAPicture);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNONYMS_EN", "SYNONYMS_ZH"})
    void aSuiteOfSynonymsUsesNamesThatNoCaptionHas(Suite suite) throws IOException, LabelSetException {
        // when
        suites.write(suite, 1, folder.resolve("suite"), () -> {});

        // then
        String file = suite == Suite.SYNONYMS_EN ? "labels.yaml" : "labels.zh.yaml";
        LabelSet labels = LabelSetFile.read(folder.resolve("suite").resolve(file));
        Set<String> trained = new HashSet<>(new ScenePairs(TinyFont.concepts(folder), 32, 1).vocabulary());
        assertThat(labels.labels())
                .isNotEmpty()
                .allSatisfy(label -> assertThat(trained).doesNotContain(label.name(labels.promptLanguage())));
    }

    @ParameterizedTest
    @EnumSource(names = {"RETRIEVAL", "WORD_ORDERS", "RELATIONS", "TRAINING"})
    void aSuiteWithTextsIsAManifestOfItsImages(Suite suite) throws IOException {
        // when
        int written = suites.write(suite, 20, folder.resolve("suite"), () -> {});

        // then
        List<JsonNode> lines = lines("suite");
        assertThat(lines).hasSize(20).hasSize(written).allSatisfy(line -> {
            assertAPicture(folder.resolve("suite").resolve(line.path("image").asString()));
            assertThat(line.path("texts").size()).isEqualTo(suite == Suite.TRAINING ? 1 : 2);
        });
    }

    @Test
    void inTheRelationsSuiteEveryOtherSceneIsThePreviousOneSwapped() throws IOException {
        suites.write(Suite.RELATIONS, 10, folder.resolve("suite"), () -> {});

        List<String> texts = lines("suite").stream()
                .map(line -> line.path("texts").get(0).asString())
                .toList();
        for (int i = 0; i < texts.size(); i += 2) {
            assertThat(texts.get(i + 1)).isEqualTo(swapped(texts.get(i)));
        }
    }

    private static String swapped(String text) {
        if (text.contains(" above ")) {
            return text.replace(" above ", " below ");
        }
        if (text.contains(" below ")) {
            return text.replace(" below ", " above ");
        }
        return text.contains(" left ") ? text.replace(" left ", " right ") : text.replace(" right ", " left ");
    }

    @Test
    void theSameSeedWritesTheSameFiles() throws IOException {
        suites.write(Suite.RETRIEVAL, 3, folder.resolve("one"), () -> {});
        new SceneSuites(TinyFont.concepts(folder), 1, 48).write(Suite.RETRIEVAL, 3, folder.resolve("two"), () -> {});
        new SceneSuites(TinyFont.concepts(folder), 2, 48).write(Suite.RETRIEVAL, 3, folder.resolve("other"), () -> {});

        for (String file : List.of("manifest.jsonl", "0000.png", "0002.png")) {
            assertThat(folder.resolve("two").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("one").resolve(file));
        }
        assertThat(lines("other")).isNotEqualTo(lines("one"));
    }

    private List<JsonNode> lines(String suite) throws IOException {
        return Files.readAllLines(folder.resolve(suite).resolve("manifest.jsonl")).stream()
                .map(JSON::readTree)
                .toList();
    }

    private static void assertAPicture(Path file) {
        Preprocessing.Channels unused = new Preprocessing.Channels(1, 1, 1);
        ImagePreprocessor preprocessor = new ImagePreprocessor(
                new Preprocessing(
                        8,
                        8,
                        Preprocessing.Fit.CROP,
                        Preprocessing.Filter.BICUBIC,
                        Preprocessing.CropRounding.FLOOR,
                        unused,
                        unused),
                DecodeMode.EXACT,
                ImageLimits.DEFAULT);
        try {
            assertThat(preprocessor.prepare(Files.readAllBytes(file)).width())
                    .as(file.toString())
                    .isEqualTo(48);
        } catch (IOException | ImageException e) {
            throw new AssertionError(file.toString(), e);
        }
    }
}
