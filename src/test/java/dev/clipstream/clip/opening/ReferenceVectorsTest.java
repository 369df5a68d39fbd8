package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Compares with vectors that PyTorch made with the same weights.
@EnabledIf("referenceIsThere")
class ReferenceVectorsTest {
    private static final Path FIXTURES = Path.of("../shared/fixtures");

    @Test
    void textsAndImagesGetPyTorchsVectors() throws Exception {
        // given
        List<JsonNode> lines;
        try (var reference = Files.lines(FIXTURES.resolve("reference/random-clip.vectors.jsonl"))) {
            lines = reference.map(JsonMapper.shared()::readTree).toList();
        }

        // when
        List<Double> cosines = new ArrayList<>();
        try (ClipModel model = ModelOpening.open(FIXTURES.resolve("models/random-clip"), ModelOptions.DEFAULT)) {
            for (JsonNode line : lines) {
                Embedding ours = line.has("text")
                        ? model.textEncoder()
                                .encode(List.of(line.path("text").stringValue()))
                                .getFirst()
                        : model.imageSessions()
                                .getFirst()
                                .run(List.of(TestImages.read(FIXTURES.resolve("reference")
                                        .resolve(line.path("image").stringValue() + ".224.png"))))
                                .getFirst();
                cosines.add(ours.cosine(vector(line)));
            }
        }

        // then
        assertThat(cosines).hasSize(61).allMatch(cosine -> cosine >= 0.99999);
    }

    private static Embedding vector(JsonNode line) {
        JsonNode vector = line.path("vector");
        float[] values = new float[vector.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.path(i).floatValue();
        }
        return Embedding.normalize(values);
    }

    static boolean referenceIsThere() {
        return Files.exists(FIXTURES);
    }
}
