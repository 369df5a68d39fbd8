package dev.clipstream.train.scene.suite;

import dev.clipstream.image.RgbImage;
import dev.clipstream.region.Box;
import dev.clipstream.train.scene.Split;
import dev.clipstream.train.scene.compose.ObjectSampler;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.paint.Camera;
import dev.clipstream.train.scene.paint.Painter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Scenes with an object that has a label and whose position is known: half of them with this object alone, which
/// covers a tenth to nine tenths of the image, a quarter each with one and with two other objects beside it.
///
/// Immutable. The same seed produces the same scenes.
public final class LocatedScenes {
    private final List<Concept> concepts;
    private final List<Integer> labelled;
    private final ObjectSampler things;
    private final Painter painter;
    private final long seed;

    /// A scene as the input of a model.
    ///
    /// @param label   of the object, one of those given
    /// @param box     around the object, in the image
    /// @param objects in the scene, 1 to 3
    public record Located(RgbImage modelInput, String label, Box box, int objects) {}

    /// @param labels  ids of the labels that objects have; those that are no concepts have no scenes
    /// @param heldOut whether the scenes are of the kinds that training may not see; the others are for tuning
    /// @param seed    another seed yields other scenes of the same kinds
    public LocatedScenes(Concepts concepts, Set<String> labels, boolean heldOut, long seed) {
        this.concepts = concepts.concepts();
        this.labelled = IntStream.range(0, this.concepts.size())
                .filter(concept -> labels.contains(this.concepts.get(concept).id()))
                .boxed()
                .toList();
        this.things = new ObjectSampler(this.concepts, new SceneSampler(concepts, heldOut));
        this.painter = new Painter(concepts.glyphs());
        this.seed = seed;
    }

    /// Paints scenes.
    ///
    /// @param count number of scenes
    /// @param side  of the model's input in pixels
    public List<Located> paint(int count, int side) {
        SplittableRandom random = new SplittableRandom(Split.hash("located " + seed));
        Camera camera = new Camera(painter, side);
        List<Located> located = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int objects = i % 2 == 0 ? 1 : i % 4 == 1 ? 2 : 3;
            Scene scene = scene(objects, random);
            Scene.Placed shown = scene.objects().getFirst();
            located.add(new Located(
                    camera.modelInput(scene), concepts.get(shown.concept()).id(), painter.box(shown), objects));
        }
        return located;
    }

    private Scene scene(int objects, SplittableRandom random) {
        if (objects == 1) {
            return things.scene(new int[] {labelled.get(random.nextInt(labelled.size()))}, random);
        }
        while (true) {
            Scene drawn = things.mixed(objects, random);
            if (labelled.contains(drawn.objects().getFirst().concept())) {
                return drawn;
            }
        }
    }
}
