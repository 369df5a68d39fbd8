package dev.clipstream.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.Embedding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSetFileTest {
    private static final String HEAD = "name: n\nversion: 1\n";

    @Test
    void everyKeyIsRead() throws LabelSetException {
        LabelSet set = read("""
                name: pets
                version: "1.10"
                language: zh
                promptLanguage: en
                mode: MULTI
                topK: 3
                threshold: .25
                templates:
                  - "a photo of a {}."
                backgroundPrompts: [a photo.]
                description: for the office
                modelFingerprint: "0000000000000000000000000000000000000000000000000000000000000000"
                labels:
                  - {id: cat, names: {en: cat, zh: 猫}, parent: pet, threshold: 1}
                  - id: dog
                    names: {en: dog, zh: 狗}
                    aliases: [hound]
                    calibration: {method: unlabelled, slope: 20, intercept: -5.5, media: 100, target: 0.1, achieved: 0.12}
                    exampleWeight: 0.25
                    examples:
                      - {source: rex.jpg, vector: AACAPwAAAAA=}
                      - {source: wolf.jpg, vector: AAAAAAAAgD8=, positive: false}
                  - id: pet
                    names: {en: pet, zh: 宠物}
                    prompts: ["somebody's pet."]
                """);

        assertThat(set)
                .isEqualTo(new LabelSet(
                        "pets",
                        "1.10",
                        "zh",
                        "en",
                        LabelSet.Mode.MULTI,
                        3,
                        0.25,
                        List.of("a photo of a {}."),
                        List.of("a photo."),
                        List.of(
                                new Label("cat", Map.of("en", "cat", "zh", "猫"), List.of(), 1.0, "pet"),
                                new Label(
                                        "dog",
                                        Map.of("en", "dog", "zh", "狗"),
                                        List.of(),
                                        null,
                                        null,
                                        List.of("hound"),
                                        new LabelCalibration(
                                                20,
                                                -5.5,
                                                LabelCalibration.Method.UNLABELLED,
                                                100,
                                                null,
                                                0.1,
                                                0.12,
                                                null,
                                                null),
                                        List.of(
                                                new LabelExample(
                                                        "rex.jpg", true, Embedding.normalize(new float[] {1, 0})),
                                                new LabelExample(
                                                        "wolf.jpg", false, Embedding.normalize(new float[] {0, 1}))),
                                        0.25),
                                new Label(
                                        "pet",
                                        Map.of("en", "pet", "zh", "宠物"),
                                        List.of("somebody's pet."),
                                        null,
                                        null)),
                        "for the office",
                        "0".repeat(64),
                        null));
    }

    @Test
    void missingKeysHaveDefaultsInThePromptLanguage() throws LabelSetException {
        LabelSet english = read(HEAD + "labels: [cat, dog]");
        LabelSet chinese = read(HEAD + "language: zh\nmode: multi\nlabels: [猫]");
        LabelSet french = read(HEAD + "language: fr\nlabels: [chat]");
        LabelSet bare = read(HEAD + "templates: []\nlabels: [cat]");

        assertThat(english.mode()).isEqualTo(LabelSet.Mode.EXCLUSIVE);
        assertThat(english.topK()).isEqualTo(5);
        assertThat(english.threshold()).isEqualTo(0.05);
        assertThat(english.labels())
                .containsExactly(Label.of("cat", Map.of("en", "cat")), Label.of("dog", Map.of("en", "dog")));
        assertThat(PromptTemplates.prompts(english, english.labels().getFirst()))
                .hasSize(8)
                .startsWith("a photo of a cat.")
                .contains("itap of a cat.", "a origami cat.", "a cat in a video game.");
        assertThat(chinese.threshold()).isEqualTo(0.5);
        assertThat(PromptTemplates.prompts(chinese, chinese.labels().getFirst()))
                .hasSize(8)
                .startsWith("猫的照片。");
        assertThat(PromptTemplates.prompts(french, french.labels().getFirst())).containsExactly("chat");
        assertThat(PromptTemplates.prompts(bare, bare.labels().getFirst())).containsExactly("cat");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            version: 1;labels: [cat]                          | line 1, name: expected text, found no such key: add it
            name: n;version: ;labels: [cat]                   | line 2, version: expected text, found nothing
            name: n;version: [1];labels: [cat]                | line 2, version: expected text, found a list
            name: ' ';version: 1;labels: [cat]                | line 1, name: expected text, found only blanks
            [cat, dog]                                        | line 1: expected a mapping of keys [alert, backgroundPrompts, description, labels,
            cat                                               | found 'cat': write one
            name: n;version: 1                                | line 1, labels: expected a list of labels, found none
            name: n;version: 1;labels: []                     | line 3, labels: expected at least one label, found none
            name: n;version: 1;labels: cat                    | line 3, labels: expected a list of labels, found 'cat'
            name: n;version: 1;labels: [1: 2]                 | line 3, labels[0]: expected one of the keys [aliases, calibration, exampleWeight, examples, id, names, parent, prompts, threshold], found '1'
            name: n;version: 1;lables: [cat]                  | found 'lables' (nearest: 'labels'): correct or remove it
            name: n;version: 1;topk: 5;labels: [cat]          | line 3: expected one of the keys [alert, backgroundPrompts,
            name: n;version: 1;topk: 5;labels: [cat]          | found 'topk' (nearest: 'topK')
            name: n;version: 1;xyz: 5;labels: [cat]           | found 'xyz': correct or remove it
            name: n;version: 1;topK: 0;labels: [cat]          | line 3, topK: expected at least 1, found 0
            name: n;version: 1;topK: 2.5;labels: [cat]        | line 3, topK: expected a whole number of at least 1, found '2.5'
            name: n;version: 1;topK: 9999999999;labels: [cat] | line 3, topK: expected a whole number of at least 1
            name: n;version: 1;topK: many;labels: [cat]       | line 3, topK: expected a whole number of at least 1, found 'many'
            name: n;version: 1;topK: ;labels: [cat]           | line 3, topK: expected a whole number of at least 1, found nothing
            name: n;version: 1;threshold: 1.5;labels: [cat]   | line 3, threshold: expected a probability from 0 to 1, found 1.5
            name: n;version: 1;threshold: -1;labels: [cat]    | line 3, threshold: expected a probability from 0 to 1, found -1.0
            name: n;version: 1;threshold: .nan;labels: [cat]  | line 3, threshold: expected a probability from 0 to 1, found '.nan'
            name: n;version: 1;threshold: NaN;labels: [cat]   | line 3, threshold: expected a probability from 0 to 1, found 'NaN'
            name: n;version: 1;mode: both;labels: [cat]       | line 3, mode: expected exclusive or multi, found 'both'
            name: n;version: 1;language: e;labels: [cat]      | line 3, language: expected a BCP 47 language tag such as en or zh, found 'e'
            name: n;version: 1;language: en_US;labels: [cat]  | line 3, language: expected a BCP 47
            name: n;version: 1;promptLanguage: '';labels: [cat] | line 3, promptLanguage: expected text, found nothing
            name: n;version: 1;promptLanguage: zh;labels: [cat] | line 4, labels[0].names: expected a name in 'zh' for the label 'cat', found those in [en]
            name: n;version: 1;templates: a {};labels: [cat]  | line 3, templates: expected a list of texts, found 'a {}'
            name: n;version: 1;templates: ['a {}', a];labels: [cat] | line 3, templates[1]: expected a template with {} where the label's name goes, found 'a'
            name: n;version: 1;backgroundPrompts: [''];labels: [cat] | line 3, backgroundPrompts[0]: expected text, found nothing
            name: n;version: 1;labels:; - cat; - dog; - cat    | line 6, labels[2].id: expected an id of its own, found 'cat', which labels[0] has
            name: n;version: 1;labels:; - cat; - [dog]        | line 5, labels[1]: expected a mapping of keys [aliases, calibration, exampleWeight, examples, id, names, parent, prompts, threshold], found a list
            name: n;version: 1;labels:; - cat; - {names: {en: dog}} | line 5, labels[1].id: expected text, found no such key
            name: n;version: 1;labels:; - cat; - {id: dog}    | line 5, labels[1].names: expected at least one name by language, found none
            name: n;version: 1;labels:; - cat; - {id: dog, names: dog} | line 5, labels[1].names: expected a mapping of keys, found 'dog'
            name: n;version: 1;labels:; - {id: dog, names: {zh: 狗}} | line 4, labels[0].names: expected a name in 'en' for the label 'dog', found those in [zh]
            name: n;version: 1;labels:; - {id: dog, names: {english: dog}} | line 4, labels[0].names: expected a name in 'en'
            name: n;version: 1;labels:; - {id: dog, names: {en_US: dog}} | line 4, labels[0].names.en_US: expected a BCP 47
            name: n;version: 1;labels:; - {id: dog, names: {en: null}} | line 4, labels[0].names.en: expected text, found null without quotes, which YAML reads as nothing: write "null"
            name: n;version: 1;labels:; - {id: dog, names: {en: dog}, parrent: x} | line 4, labels[0]: expected one of the keys [aliases, calibration, exampleWeight, examples, id, names, parent, prompts, threshold], found 'parrent' (nearest: 'parent')
            name: n;version: 1;labels:; - {id: dog, names: {en: dog}, threshold: 2} | line 4, labels[0].threshold: expected a probability from 0 to 1, found 2.0
            name: n;version: 1;labels:; - {id: dog, names: {en: dog}, prompts: ['', a]} | line 4, labels[0].prompts[0]: expected text, found nothing
            name: n;version: 1;labels:; - cat; - {id: dog, names: {en: dog}, parent: cta} | line 5, labels[1].parent: expected the id of a label in this set, found 'cta' (nearest: 'cat')
            name: n;version: 1;labels:; - {id: dog, names: {en: dog}, parent: dog} | line 4, labels[0].parent: expected the id of a broader label, found the label's own
            name: n;version: 1;labels:; - {id: a, names: {en: a}, parent: b}; - {id: b, names: {en: b}, parent: a} | line 4, labels[0].parent: expected parents that end somewhere, found the cycle a → b → a
            name: n;name: m;version: 1;labels: [cat]          | line 2: expected each key once, found 'name' again, which line 1 has: remove one
            name: n;version: !!str 1;labels: [cat]            | line 2: expected plain values, found the YAML tag 'tag:yaml.org,2002:str': remove it
            name: n;version: 1;labels: {[a]: b}               | line 3: expected a key, found a list or mapping
            name: n;version: 1;labels:;\t- cat               | line 4: expected YAML, found a mistake in it: while scanning for the next token, found character
            name: n: m;version: 1;labels: [cat]               | line 1: expected YAML, found a mistake in it: mapping values are not allowed here: put the text in quotes, or correct the indentation
            name: n;version: 1;labels: [@a]                   | line 3: expected YAML, found a mistake in it
            name: n;version: 1;labels:; - {id: a, names: {en: a}, aliases: [a]} | line 4, labels[0].aliases[0]: expected another name of the label, found 'a' again: remove it
            name: n;version: 1;labels:; - b; - {id: a, names: {en: a}, aliases: [b]} | line 5, labels[1].aliases[0]: expected a name of its own, found 'b', which labels[0] has: rename or remove one
            name: n;version: 1;labels:; - {id: a, names: {en: a}, exampleWeight: 0.5} | line 4, labels[0].exampleWeight: expected 0 without an example that shows the label, found 0.5
            name: n;version: 1;labels:; - {id: a, names: {en: a}, examples: [{source: x, vector: "?"}]} | line 4, labels[0].examples[0].vector: expected float32 values in base64, found '?'
            name: n;version: 1;labels:; - {id: a, names: {en: a}, examples: [{source: x, vector: AACAPwAAAAA=}]} | line 1, modelFingerprint: expected the model that the calibration or the examples of labels[0] belong to
            name: n;version: 1;modelFingerprint: abc;labels: [a] | line 3, modelFingerprint: expected 64 lower-case hexadecimal digits, found 'abc'
            name: n;version: 1;labels:; - {id: a, names: {en: a}, calibration: {slope: 0, intercept: 0, media: 1, method: labelled}} | line 4, labels[0].calibration.slope: expected a finite number above 0, found 0.0
            name: n;version: 1;labels:; - {id: a, names: {en: a}, calibration: {slope: 1, media: 1, method: labelled}} | line 4, labels[0].calibration.intercept: expected a number, found no such key: add it
            name: n;version: 1;labels:; - {id: a, names: {en: a}, calibration: {slope: 1, intercept: 0, media: 1, method: guess}} | line 4, labels[0].calibration.method: expected labelled or unlabelled, found 'guess'
            name: n;version: 1;alert: {allTags: [a], tags: [b]};labels: [a] | line 3, alert: expected one of the keys [allTags, anyTags, attributes, noTags], found 'tags'
            name: n;version: 1;alert: {};labels: [a, b]       | line 4, labels: expected the one label of a standing query, found 2: keep one
            name: n;version: 1;labels: [cat                   | expected YAML, found a mistake in it
            name: "a\\u0007b";version: 1;labels: [cat]        | line 1, name: expected text on one line
            name: n;version: 1;labels: [cat];---;name: m      | line 4: expected one document, found a second
            name: n;version: &v 1;labels: [*v]                | line 2: expected plain values, found an anchor or alias
            """)
    void aMistakeIsReportedWithFileLineFieldAndRemedy(String yaml, String said) {
        assertThatThrownBy(() -> read(yaml.replace(";", "\n")))
                .isInstanceOf(LabelSetException.class)
                .hasMessageStartingWith("labels.yaml")
                .hasMessageContaining(said);
    }

    @Test
    void anAliasBombIsRefusedAtItsFirstAnchor() {
        StringBuilder bomb = new StringBuilder("name: n\nversion: 1\na0: &a0 [lol, lol]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append(", *a")
                    .append(i - 1);
            bomb.append("]\n");
        }

        assertThatThrownBy(() -> read(bomb.append("labels: *a39\n").toString()))
                .isInstanceOf(LabelSetException.class)
                .hasMessage("labels.yaml, line 3: expected plain values, found an anchor or alias: write the value"
                        + " out, or put text that starts with & or * in quotes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void deepNestingIsRefusedWithoutExhaustingTheStack(String level) {
        assertThatThrownBy(() -> read("labels: " + level.repeat(100_000)))
                .isInstanceOf(LabelSetException.class)
                .hasMessageStartingWith("labels.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "\n\n"})
    void anEmptyFileIsRefused(String yaml) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(LabelSetException.class)
                .hasMessageStartingWith("labels.yaml")
                .hasMessageContaining("expected");
    }

    @Test
    void anEndlessFileIsReadUpToTheLimit() {
        // given: a stream that never ends
        long[] taken = {0};
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                taken[0]++;
                return '#';
            }

            @Override
            public int read(byte[] into, int from, int length) {
                Arrays.fill(into, from, from + length, (byte) '#');
                taken[0] += length;
                return length;
            }
        };

        assertThatThrownBy(() -> LabelSetFile.read(endless, "pipe"))
                .isInstanceOf(LabelSetException.class)
                .hasMessage("pipe: expected at most 16000000 bytes, found more: split the label set");
        assertThat(taken[0]).isEqualTo(LabelSetFile.MAX_BYTES + 1L);
    }

    @Test
    void aFileMustBeUtf8WithOrWithoutAByteOrderMark(@TempDir Path folder) throws IOException, LabelSetException {
        Path marked = Files.writeString(folder.resolve("marked.yaml"), "\uFEFF" + HEAD + "labels: [猫]\n");
        Path gbk = Files.write(
                folder.resolve("gbk.yaml"), new byte[] {'a', ':', ' ', (byte) 0xC3, (byte) 0xA8, (byte) 0xFF});

        Path windows = Files.writeString(folder.resolve("windows.yaml"), "name: n\r\nversion: 1\r\nlabels:\r\n- 猫\r\n");
        Path mistaken =
                Files.writeString(folder.resolve("mistaken.yaml"), "name: n\r\nversion: 1\r\nlabels:\r\n- no\r\n");

        assertThat(LabelSetFile.read(marked).labels()).containsExactly(Label.of("猫", Map.of("en", "猫")));
        assertThat(LabelSetFile.read(windows)).isEqualTo(LabelSetFile.read(marked));
        assertThatThrownBy(() -> LabelSetFile.read(mistaken))
                .isInstanceOf(LabelSetException.class)
                .hasMessageContaining("line 4, labels[0]: expected text, found no without quotes");
        assertThatThrownBy(() -> LabelSetFile.read(gbk))
                .isInstanceOf(LabelSetException.class)
                .hasMessage(gbk + ": expected UTF-8, found other bytes: save it as UTF-8");
        assertThatThrownBy(() -> LabelSetFile.read(folder.resolve("none.yaml")))
                .isInstanceOf(LabelSetException.class)
                .hasMessageContaining("found no such file");
        assertThatThrownBy(() -> LabelSetFile.read(folder))
                .isInstanceOf(LabelSetException.class)
                .hasMessageContaining("expected a");
    }

    @Test
    void tenThousandLabelsAreRead() throws LabelSetException {
        StringBuilder yaml = new StringBuilder(HEAD + "labels:\n  - {id: l0, names: {en: label 0, zh: 标签}}\n");
        for (int i = 1; i < 10_000; i++) {
            yaml.append("  - {id: l" + i + ", names: {en: label " + i + ", zh: 标签}, parent: l" + (i - 1) + "}\n");
        }

        assertThat(read(yaml.toString()).labels())
                .hasSize(10_000)
                .last()
                .extracting(Label::parent)
                .isEqualTo("l9998");
    }

    @Test
    void allNamesOfTheBundledSetAreInEnglishAndChinese() {
        LabelSet everyday = LabelSetFile.everyday();

        assertThat(everyday.labels()).hasSizeBetween(190, 230);
        assertThat(everyday.mode()).isEqualTo(LabelSet.Mode.MULTI);
        for (String language : List.of("en", "zh")) {
            Set<String> names = new HashSet<>();
            for (Label label : everyday.labels()) {
                assertThat(names.add(label.name(language)))
                        .as(label.name(language))
                        .isTrue();
            }
        }
        assertThat(everyday.labels())
                .allSatisfy(label ->
                        assertThat(label.name("zh").codePoints()).as(label.id()).anyMatch(Character::isIdeographic));
    }

    @Test
    void theBundledSetHasChinesePromptsForAModelThatReadsChinese() {
        LabelSet chinese = LabelSetFile.everyday().in("zh", "zh");

        assertThat(chinese.labels())
                .allSatisfy(label -> assertThat(PromptTemplates.prompts(chinese, label))
                        .hasSize(8)
                        .allSatisfy(prompt -> assertThat(prompt).contains(label.name("zh"))));
        assertThat(LabelSetFile.everyday().in("zh", "en").templates()).containsExactly("a photo of a {}.");
    }

    @Test
    void plainNamesAreAnExclusiveSetWithoutAThreshold() {
        LabelSet inline = LabelSetFile.ofNames(List.of("cat", " dog ", "cat"));

        assertThat(inline.labels()).extracting(Label::id).containsExactly("cat", "dog");
        assertThat(inline.mode()).isEqualTo(LabelSet.Mode.EXCLUSIVE);
        assertThat(inline.threshold()).isZero();
        assertThat(inline.templates()).isEqualTo(PromptTemplates.defaults("en"));
        assertThat(LabelSetFile.ofNames(List.of("猫")).promptLanguage()).isEqualTo("zh");
        assertThat(inline.version())
                .isEqualTo(LabelSetFile.ofNames(List.of("cat", "dog")).version())
                .isNotEqualTo(LabelSetFile.ofNames(List.of("dog")).version());
        assertThatThrownBy(() -> LabelSetFile.ofNames(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LabelSetFile.ofNames(List.of("cat", ""))).isInstanceOf(IllegalArgumentException.class);
    }

    private static LabelSet read(String yaml) throws LabelSetException {
        return LabelSetFile.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "labels.yaml");
    }
}
