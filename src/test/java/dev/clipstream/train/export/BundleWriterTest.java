package dev.clipstream.train.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.train.ColouredShapes;
import dev.clipstream.train.Recipe;
import dev.clipstream.train.Trainer;
import dev.clipstream.train.TrainingFolder;
import dev.clipstream.train.TrainingObserver;
import dev.clipstream.train.TrainingSettings;
import dev.clipstream.train.data.Pair;
import dev.clipstream.train.evaluate.Retrieval;
import dev.clipstream.train.text.WordPieceVocabulary;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleWriterTest {
    private static final ColouredShapes SHAPES = new ColouredShapes(32);

    @TempDir
    private Path bundle;

    @ParameterizedTest
    @CsvSource({"RESNET,false", "VIT,true"})
    void theBundleReproducesTheEmbeddingsOfTheTrainedTowers(ImageEncoder encoder, boolean sigmoid) throws Exception {
        // given: a training that has changed weights and statistics
        Recipe recipe = recipe(encoder, sigmoid);
        List<Pair> pairs = SHAPES.heldOut().subList(0, 12);
        try (ClipTokenizer tokenizer =
                        ModelOpening.openTokenizer(TrainingFolder.in(bundle).path());
                Trainer trainer = trained(recipe, tokenizer)) {
            Trainer.Embedded expected = trainer.embed(pairs);

            // when
            double difference = new BundleWriter(bundle)
                    .write(
                            recipe,
                            trainer.trained(),
                            new SelfTest(pairs, expected.images(), expected.texts()),
                            "# card\n");

            // then
            assertThat(difference).isLessThan(1e-4);
            try (ClipModel model = ModelOpening.open(bundle, ModelOptions.DEFAULT)) {
                Embedding picture = model.imageSessions()
                        .getFirst()
                        .run(List.of(pairs.getFirst().image()))
                        .getFirst();
                assertThat(picture.cosine(expected.images().getFirst())).isCloseTo(1, within(1e-6));
                assertThat(model.scoring().kind()).isEqualTo(sigmoid ? Scoring.Kind.SIGMOID : Scoring.Kind.SOFTMAX);
                assertThat(model.scoring().scale()).isCloseTo(trainer.trained().logitScale(), within(1e-6));
                assertThat(model.scoring().bias()).isCloseTo(trainer.trained().logitBias(), within(1e-6));
            }
        }
    }

    @Test
    void otherEmbeddingsAreRejectedAndNothingIsKept() throws Exception {
        // given
        Recipe recipe = recipe(ImageEncoder.VIT, false);
        List<Pair> pairs = SHAPES.heldOut().subList(0, 2);
        try (ClipTokenizer tokenizer =
                        ModelOpening.openTokenizer(TrainingFolder.in(bundle).path());
                Trainer trainer = trained(recipe, tokenizer)) {
            Trainer.Embedded expected = trainer.embed(pairs);
            SelfTest others = new SelfTest(pairs, expected.images().reversed(), expected.texts());

            // when, then
            assertThatThrownBy(() -> new BundleWriter(bundle).write(recipe, trainer.trained(), others, "# card\n"))
                    .isInstanceOf(ExportException.class);
            assertThat(bundle.resolve("config.json")).doesNotExist();
        }
    }

    @Test
    void theFilesOfAnInterruptedExportAreReplaced() throws Exception {
        // given: a partial draft, and a bundle with files of two exports
        Path draft = TrainingFolder.in(bundle).path().resolve("draft");
        Files.createDirectories(draft.resolve("onnx"));
        Files.writeString(draft.resolve("onnx/vision_model.onnx"), "half of a gra");
        Files.createDirectories(bundle.resolve("onnx"));
        Files.writeString(bundle.resolve("onnx/vision_model.onnx"), "of the export before");
        Recipe recipe = recipe(ImageEncoder.VIT, false);
        List<Pair> pairs = SHAPES.heldOut().subList(0, 4);
        try (ClipTokenizer tokenizer =
                        ModelOpening.openTokenizer(TrainingFolder.in(bundle).path());
                Trainer trainer = trained(recipe, tokenizer)) {
            Trainer.Embedded expected = trainer.embed(pairs);

            // when
            new BundleWriter(bundle)
                    .write(
                            recipe,
                            trainer.trained(),
                            new SelfTest(pairs, expected.images(), expected.texts()),
                            "# card\n");
        }

        // then: opening it runs its self-test
        ModelOpening.open(bundle, ModelOptions.DEFAULT).close();
        assertThat(draft).doesNotExist();
    }

    private Recipe recipe(ImageEncoder encoder, boolean sigmoid) throws Exception {
        WordPieceVocabulary vocabulary = WordPieceVocabulary.of(SHAPES.vocabulary(), 400);
        Architecture architecture =
                new Architecture(encoder, 32, 64, vocabulary.tokens().size(), 52, sigmoid);
        TrainingSettings settings = new TrainingSettings(24, 1e-3, 2, 0.05, 1, 0, 4, 7, 2, 1e9, 1e9);
        Recipe recipe = new Recipe(architecture, settings, 0, "clipstream train", "shapes", SHAPES.digest());
        TrainingFolder.in(bundle).begin(recipe, vocabulary);
        return recipe;
    }

    private Trainer trained(Recipe recipe, ClipTokenizer tokenizer) throws Exception {
        Trainer trainer = new Trainer(
                recipe.settings(),
                recipe.architecture(),
                SHAPES,
                tokenizer,
                recipe.preprocessing(),
                TrainingFolder.in(bundle).checkpoint());
        trainer.train(new Deaf(), () -> false);
        return trainer;
    }

    private static final class Deaf implements TrainingObserver {
        @Override
        public void stepped(StepReport report) {}

        @Override
        public void measured(long step, Retrieval textToImage, Retrieval imageToText) {}
    }
}
