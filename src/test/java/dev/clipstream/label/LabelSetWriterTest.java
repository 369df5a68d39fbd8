package dev.clipstream.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSetWriterTest {
    private static final String MODEL = "0123456789abcdef".repeat(4);

    private static final List<String> NASTY = List.of(
            "no",
            "on",
            "~",
            "null",
            "1.0",
            "1e3",
            "010",
            "0x1F",
            "1:30",
            "2026-01-01",
            "<<",
            "=",
            "- a",
            "a: b",
            "a #b",
            "#",
            "&a",
            "*a",
            "!a",
            "!!str a",
            "%a",
            "@a",
            "`a",
            "'",
            "\"",
            "\\",
            "\\n",
            "{}",
            "a {}",
            "[a]",
            "{a: b}",
            "a, b",
            "?",
            "? a",
            "---",
            "...",
            "|",
            ">",
            " a",
            "a ",
            "  ",
            "a\u00A0b",
            "\u2028",
            "a\u2029b",
            "\uFEFFa",
            "a\uFFFEb",
            "é",
            "猫",
            "🐱",
            "\uD83D\uDC69\u200D\uD83D\uDD2C",
            "مرحبا",
            "y",
            "N",
            "x".repeat(5_000),
            ":",
            "a:",
            ":a",
            "-",
            "--",
            "a-",
            "null ",
            "true!",
            "0",
            "-1",
            "+1",
            ".",
            "..",
            "a\u0300");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsWrittenIsReadBackToAnEqualLabelSet(long seed) throws LabelSetException {
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            // given
            LabelSet set = new Sets(random).labelSet();

            // when
            String yaml = LabelSetWriter.write(set);
            LabelSet read = read(yaml);

            // then
            assertThat(read).as(yaml).isEqualTo(set);
            assertThat(read.digest()).isEqualTo(set.digest());
            assertThat(LabelSetWriter.write(read)).isEqualTo(yaml);
        }
    }

    @Test
    void theBundledSetsAreReadBack() throws LabelSetException {
        for (LabelSet set :
                List.of(LabelSetFile.everyday(), LabelSetFile.everyday().in("zh", "zh"))) {
            assertThat(read(LabelSetWriter.write(set))).isEqualTo(set);
        }
    }

    @Test
    void aFileIsForPeopleToo() throws LabelSetException {
        LabelSet set = new LabelSet(
                "pets",
                "1.10",
                "no",
                "en",
                LabelSet.Mode.MULTI,
                3,
                0.5,
                List.of("a photo of a {}."),
                List.of(),
                List.of(new Label(
                        "dog",
                        Map.of("en", "guide dog", "no", "førerhund"),
                        List.of(),
                        0.25,
                        null,
                        List.of("on", "hound"),
                        new LabelCalibration(
                                1.5e9, -0.00001, LabelCalibration.Method.LABELLED, 9, 3, 0.9, 0.95, 1.0, 0.1),
                        List.of(new LabelExample("a.jpg", false, Embedding.normalize(new float[] {0, 1}))),
                        0)),
                "Pets of the office",
                MODEL,
                new AlertFilter(Map.of("album", ""), Set.of("b", "a"), Set.of(), Set.of()));

        assertThat(LabelSetWriter.write(set)).isEqualTo("""
                name: pets
                version: "1.10"
                description: Pets of the office
                language: "no"
                promptLanguage: en
                mode: multi
                topK: 3
                threshold: 0.5
                templates:
                  - "a photo of a {}."
                modelFingerprint: "%s"
                alert:
                  attributes: {album: ""}
                  allTags: [a, b]
                labels:
                  - id: dog
                    names: {en: guide dog, "no": førerhund}
                    aliases: ["on", hound]
                    threshold: 0.25
                    calibration: {method: labelled, slope: 1.5E+9, intercept: -1.0E-5, media: 9, positives: 3, target: 0.9, achieved: 0.95, recall: 1.0, brier: 0.1}
                    examples:
                      - {source: a.jpg, positive: false, vector: "AAAAAAAAgD8="}
                """.replace("%s", MODEL));
        assertThat(read(LabelSetWriter.write(set))).isEqualTo(set);
    }

    private static LabelSet read(String yaml) throws LabelSetException {
        return LabelSetFile.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "f.yaml");
    }

    /// Random label sets with texts that YAML gives a meaning.
    private static final class Sets {
        private final Random random;
        private final Set<String> taken = new HashSet<>();

        Sets(Random random) {
            this.random = random;
        }

        LabelSet labelSet() {
            String language = language();
            String promptLanguage = language();
            List<Label> labels = new ArrayList<>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                labels.add(label(labels, language, promptLanguage));
            }
            return new LabelSet(
                    text(),
                    text(),
                    language,
                    promptLanguage,
                    random.nextBoolean() ? LabelSet.Mode.MULTI : LabelSet.Mode.EXCLUSIVE,
                    1 + random.nextInt(1_000_000),
                    share(),
                    some(() -> text() + "{}" + text()),
                    some(this::text),
                    labels,
                    random.nextBoolean() ? "" : text() + "\n\t" + text(),
                    MODEL,
                    labels.size() == 1 && random.nextBoolean() ? alert() : null);
        }

        private AlertFilter alert() {
            Map<String, String> attributes = new HashMap<>();
            some(this::text).forEach(name -> attributes.put(name, random.nextBoolean() ? "" : "a\r\n" + text()));
            return new AlertFilter(
                    attributes,
                    new HashSet<>(some(this::text)),
                    new HashSet<>(some(this::text)),
                    new HashSet<>(some(this::text)));
        }

        private Label label(List<Label> earlier, String language, String promptLanguage) {
            Map<String, String> names = new HashMap<>(Map.of(language, text()));
            names.put(promptLanguage, text());
            names.put("no", text());
            List<LabelExample> examples = some(() -> new LabelExample(text(), random.nextBoolean(), vector()));
            boolean shown = examples.stream().anyMatch(LabelExample::positive);
            return new Label(
                    unique(),
                    names,
                    some(this::text),
                    maybe(this::share),
                    earlier.isEmpty() || random.nextBoolean()
                            ? null
                            : earlier.get(random.nextInt(earlier.size())).id(),
                    some(this::unique),
                    maybe(this::calibration),
                    examples,
                    shown ? share() : 0);
        }

        private LabelCalibration calibration() {
            return new LabelCalibration(
                    Math.exp(random.nextGaussian() * 20),
                    random.nextGaussian() * Math.exp(random.nextGaussian() * 20),
                    random.nextBoolean() ? LabelCalibration.Method.LABELLED : LabelCalibration.Method.UNLABELLED,
                    1 + random.nextInt(Integer.MAX_VALUE - 1),
                    maybe(() -> random.nextInt(2)),
                    maybe(this::share),
                    maybe(this::share),
                    maybe(this::share),
                    maybe(this::share));
        }

        private Embedding vector() {
            float[] values = new float[1 + random.nextInt(600)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return Embedding.normalize(values);
        }

        private String language() {
            return List.of("en", "no", "zh", "pt-BR", "zh-Hant").get(random.nextInt(5));
        }

        private double share() {
            return switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> 1;
                case 2 -> random.nextDouble() * 1e-9;
                default -> random.nextDouble();
            };
        }

        private <T> @Nullable T maybe(Supplier<T> value) {
            return random.nextBoolean() ? null : value.get();
        }

        private <T> List<T> some(Supplier<T> value) {
            return IntStream.range(0, random.nextInt(4))
                    .mapToObj(i -> value.get())
                    .toList();
        }

        private String unique() {
            String text = text();
            while (!taken.add(text)) {
                text += text();
            }
            return text;
        }

        /// Returns text that is not blank and has no control character.
        private String text() {
            String one = NASTY.get(random.nextInt(NASTY.size()));
            String text = random.nextInt(3) == 0 ? one + NASTY.get(random.nextInt(NASTY.size())) : one;
            return text.isBlank() ? text + "x" : text;
        }
    }
}
