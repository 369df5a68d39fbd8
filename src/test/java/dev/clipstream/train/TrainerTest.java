package dev.clipstream.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.train.evaluate.Retrieval;
import dev.clipstream.train.text.WordPieceVocabulary;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final ColouredShapes SHAPES = new ColouredShapes(32);

    @TempDir
    private Path folder;

    @Test
    void shapesAndTheirNamesRetrieveEachOther() throws Exception {
        // given
        Heard heard = new Heard();

        // when
        train(settings(60, 64), folder.resolve("checkpoint"), heard, Integer.MAX_VALUE);

        // then: chance is 1 in 36 for recall@1 and 10 in 36 for recall@10
        assertThat(heard.losses.getLast()).isLessThan(heard.losses.getFirst() - 1);
        assertThat(heard.text.at1()).isGreaterThan(0.15);
        assertThat(heard.text.at10()).isGreaterThan(0.6);
        assertThat(heard.image.at1()).isGreaterThan(0.15);
        assertThat(heard.image.at10()).isGreaterThan(0.6);
    }

    @Test
    void aStoppedTrainingResumesWhereItWas() throws Exception {
        // given
        TrainingSettings settings = settings(6, 16);
        Heard whole = new Heard();
        train(settings, folder.resolve("whole"), whole, Integer.MAX_VALUE);

        // when
        Heard first = new Heard();
        train(settings, folder.resolve("halves"), first, 3);
        Heard second = new Heard();
        train(settings, folder.resolve("halves"), second, Integer.MAX_VALUE);

        // then
        assertThat(first.losses).hasSize(3);
        assertThat(second.losses).hasSize(3);
        List<Double> halves = new ArrayList<>(first.losses);
        halves.addAll(second.losses);
        // not bit-exact: the optimizer amplifies rounding where a gradient is nearly 0; a restart from scratch would
        // differ by 0.2 and more
        for (int step = 0; step < 6; step++) {
            assertThat(halves.get(step)).as("loss of step %d", step).isCloseTo(whole.losses.get(step), within(0.03));
        }
    }

    private static TrainingSettings settings(long steps, int batch) {
        return new TrainingSettings(batch, 2e-3, 10, 0.05, 1, 0, steps, 7, 2, 1e9, 1e9);
    }

    private void train(TrainingSettings settings, Path checkpoint, Heard heard, int stopAfter) throws Exception {
        WordPieceVocabulary vocabulary = WordPieceVocabulary.of(SHAPES.vocabulary(), 400);
        Files.writeString(folder.resolve("tokenizer.json"), vocabulary.json());
        Architecture architecture = new Architecture(
                ImageEncoder.RESNET, 32, 64, vocabulary.tokens().size(), 52, false);
        try (ClipTokenizer tokenizer = ModelOpening.openTokenizer(folder);
                Trainer trainer = new Trainer(
                        settings, architecture, SHAPES, tokenizer, Architecture.preprocessing(32), checkpoint)) {
            trainer.train(heard, () -> heard.losses.size() >= stopAfter);
        }
    }

    private static final class Heard implements TrainingObserver {
        private final List<Double> losses = new ArrayList<>();
        private Retrieval text = new Retrieval(1, 0, 0, 0);
        private Retrieval image = new Retrieval(1, 0, 0, 0);

        @Override
        public void stepped(StepReport report) {
            losses.add(report.loss());
        }

        @Override
        public void measured(long step, Retrieval textToImage, Retrieval imageToText) {
            text = textToImage;
            image = imageToText;
        }
    }
}
