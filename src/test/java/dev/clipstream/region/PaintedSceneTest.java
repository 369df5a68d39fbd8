package dev.clipstream.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.train.evaluate.BoxAccuracy;
import dev.clipstream.train.scene.concept.Annotations;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.font.CbdtFont;
import dev.clipstream.train.scene.suite.LocatedScenes;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The bundled model on painted scenes whose objects have known positions.
class PaintedSceneTest {

    @Test
    void mapsPointAtTheObjectsAndBoxesFitThemBetterThanTheWholeImageDoes() throws Exception {
        assumeThat(CbdtFont.DEBIAN).exists();
        assumeThat(Annotations.DEBIAN).exists();

        // given
        Set<String> labels =
                LabelSetFile.everyday().labels().stream().map(Label::id).collect(Collectors.toSet());
        LocatedScenes scenes = new LocatedScenes(Concepts.load(CbdtFont.DEBIAN, Annotations.DEBIAN), labels, true, 5);

        // when
        BoxAccuracy accuracy;
        try (ClipModel model = ModelOpening.open(Home.defaultModel(), ModelOptions.DEFAULT)) {
            accuracy = BoxAccuracy.of(model, scenes, 40, () -> {});
        }

        // then: far below what is measured, far above chance
        assertThat(accuracy.alone().peaks()).isGreaterThan(0.8);
        assertThat(accuracy.amongOthers().peaks()).isGreaterThan(0.7);
        assertThat(accuracy.alone().boxes()).isGreaterThan(accuracy.alone().wholeImage());
        assertThat(accuracy.amongOthers().boxes()).isGreaterThan(0.4);
        assertThat(accuracy.amongOthers().centre()).isLessThan(0.2);
    }
}
