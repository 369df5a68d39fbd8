package dev.clipstream.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
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
    private static final Preprocessing SQUASHED = new Preprocessing(
            32,
            32,
            Preprocessing.Fit.SQUASH,
            Preprocessing.Filter.BICUBIC,
            Preprocessing.CropRounding.FLOOR,
            new Channels(0.5f, 0.5f, 0.5f),
            new Channels(0.5f, 0.5f, 0.5f));

    @TempDir
    private Path folder;

    @Test
    void shapesAndTheirNamesFindEachOther() throws Exception {
        // given
        ColouredShapes shapes = new ColouredShapes(32);
        WordPieceVocabulary vocabulary = WordPieceVocabulary.of(shapes.vocabulary(), 400);
        Files.writeString(folder.resolve("tokenizer.json"), vocabulary.json());
        Architecture architecture = new Architecture(
                ImageEncoder.RESNET, 32, 64, vocabulary.tokens().size(), 52, false);
        TrainingSettings settings = new TrainingSettings(64, 2e-3, 10, 0.05, 1, 0, 60, 7, 2, 1e9, 1e9);
        Heard heard = new Heard();

        // when
        try (ClipTokenizer tokenizer = ClipTokenizer.open(folder);
                Trainer trainer = new Trainer(
                        settings, architecture, shapes, tokenizer, SQUASHED, folder.resolve("checkpoint"))) {
            trainer.train(heard, () -> false);
        }

        // then
        System.Logger log = System.getLogger("x");
        log.log(System.Logger.Level.ERROR, heard.losses.toString() + heard.text + heard.image);
        assertThat(heard.text.at1()).isGreaterThan(0.6);
        assertThat(heard.image.at1()).isGreaterThan(0.6);
    }

    private static final class Heard implements TrainingObserver {
        private final List<Double> losses = new ArrayList<>();
        private Retrieval text = new Retrieval(1, 0, 0, 0);
        private Retrieval image = new Retrieval(1, 0, 0, 0);

        @Override
        public void stepped(long step, double loss, double perSecond, double left) {
            losses.add(loss);
        }

        @Override
        public void measured(long step, Retrieval textToImage, Retrieval imageToText) {
            text = textToImage;
            image = imageToText;
        }
    }
}
