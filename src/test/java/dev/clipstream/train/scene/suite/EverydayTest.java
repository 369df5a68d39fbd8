package dev.clipstream.train.scene.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.TsvResource;
import dev.clipstream.train.scene.concept.Annotations;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.font.CbdtFont;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The everyday concepts, the default label set and the sample images are consistent.
class EverydayTest {
    @Test
    void everyDefaultLabelIsAWordOfCaptions() throws SceneException {
        Set<String> words = new HashSet<>();
        for (String[] row : TsvResource.rows(Concept.class, "everyday.tsv")) {
            words.add(row[2].split("\\|", -1)[0] + " / " + row[3].split("\\|", -1)[0]);
        }
        for (String[] row : TsvResource.rows(Concept.class, "broader.tsv")) {
            words.add(row[1] + " / " + row[2]);
        }

        for (Label label : LabelSetFile.everyday().labels()) {
            assertThat(words).contains(label.name("en") + " / " + label.name("zh"));
        }
    }

    @Test
    void everySampleIsListed() throws IOException {
        List<String> listed = TsvResource.rows(Suite.class, "samples.tsv").stream()
                .map(row -> row[0])
                .toList();

        try (Stream<Path> samples = Files.list(Path.of("samples"))) {
            assertThat(samples.map(sample -> sample.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .containsExactlyInAnyOrderElementsOf(listed);
        }
        for (String[] row : TsvResource.rows(Suite.class, "samples.tsv")) {
            assertThat(row[0]).contains(row[1].isEmpty() ? "." : "-on-" + row[1] + ".");
        }
    }

    @Test
    void theInstalledFontDrawsEveryEverydayConceptAndTheSamples(@TempDir Path folder) throws IOException {
        assumeThat(CbdtFont.DEBIAN).exists();
        assumeThat(Annotations.DEBIAN).exists();

        // when
        Concepts concepts = Concepts.load(CbdtFont.DEBIAN, Annotations.DEBIAN);
        int written = new SceneSuites(concepts, 1, 64).write(Suite.SAMPLES, 0, folder, () -> {});

        // then
        assertThat(concepts.concepts()).hasSizeGreaterThan(1300);
        assertThat(concepts.concepts().stream().filter(Concept::everyday).map(Concept::id))
                .containsAll(TsvResource.rows(Concept.class, "everyday.tsv").stream()
                        .map(row -> row[1])
                        .toList());
        assertThat(concepts.concepts().stream().map(Concept::id)).doesNotHaveDuplicates();
        assertThat(written)
                .isEqualTo(TsvResource.rows(Suite.class, "samples.tsv").size());
    }
}
