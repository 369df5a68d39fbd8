package dev.clipstream.train.weakness;

import dev.clipstream.image.RgbImage;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.Split;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.paint.Camera;
import dev.clipstream.train.scene.paint.Painter;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Makes the suites of all weaknesses from pictographs and pen strokes.
///
/// Immutable. The same seed and side make the same pictures. Scenes use the backgrounds and rotations that
/// clipstream-tiny was not trained on.
public final class WeaknessSuites {
    private static final List<String> TEMPLATES = List.of(
            "a photo of {}.",
            "{}",
            "a picture of {}.",
            "an image that shows {}.",
            "there is {} in the picture.",
            "a bad photo of {}.",
            "a drawing of {}.",
            "a close-up of {}.");

    private static final List<String> COUNTS =
            List.of("one object", "two objects", "three objects", "four objects", "five objects", "six objects");
    private static final List<String> COUNTED = List.of("apple", "ball", "car", "fish", "key", "balloon");
    private static final String MOVED = "dog";
    private static final String FIXED = "apple";
    private static final List<String> DIGITS =
            List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
    private static final List<String> TRAINS = List.of(
            "locomotive", "high-speed-train", "bullet-train", "train", "metro", "light-rail", "tram", "monorail");
    private static final List<String> WRITTEN_ON =
            List.of("apple", "dog", "car", "rose", "pizza", "guitar", "fish", "house");

    private static final int CELLS = 3;

    private final Concepts concepts;
    private final SceneSampler sampler;
    private final Camera camera;
    private final long seed;
    private final int side;

    WeaknessSuites(Concepts concepts, long seed, int side) {
        this.concepts = concepts;
        this.sampler = new SceneSampler(concepts, true);
        this.camera = new Camera(new Painter(concepts.glyphs()), side);
        this.seed = seed;
        this.side = side;
    }

    /// Opens the suites.
    ///
    /// @param font        a colour bitmap font, such as [dev.clipstream.train.scene.font.CbdtFont#DEBIAN]
    /// @param annotations CLDR's folder with `en.xml` and `zh.xml`
    /// @param seed        another seed yields other pictures of the same kinds
    /// @param side        of the pictures in pixels
    /// @throws SceneException if the font or the names cannot be read
    public static WeaknessSuites open(Path font, Path annotations, long seed, int side) throws SceneException {
        return new WeaknessSuites(Concepts.load(font, annotations), seed, side);
    }

    /// Returns a suite.
    ///
    /// @throws SceneException if the font does not draw one of its objects
    public WeaknessSuite suite(Weakness weakness) throws SceneException {
        return switch (weakness) {
            case COUNTING -> counting();
            case LEFT_RIGHT -> position(weakness, "to the left of", "to the right of", false);
            case ABOVE_BELOW -> position(weakness, "above", "below", true);
            case DIGITS -> digits();
            case LOOK_ALIKES -> lookAlikes();
            case WRITTEN_OVER -> writtenOver();
        };
    }

    private WeaknessSuite counting() throws SceneException {
        int[] kinds = places(COUNTED);
        return suite(Weakness.COUNTING, COUNTS, (label, random) -> {
            int kind = kinds[random.nextInt(kinds.length)];
            List<Integer> cells =
                    new ArrayList<>(IntStream.range(0, CELLS * CELLS).boxed().toList());
            List<Scene.Placed> placed = new ArrayList<>();
            double size =
                    random.nextDouble(0.17, 0.28); // drawn for all counts alike, so that it does not tell the count
            for (int i = 0; i <= label; i++) {
                int place = random.nextInt(cells.size());
                int cell = cells.get(place);
                cells.subList(place, place + 1).clear();
                int row = cell / CELLS;
                placed.add(placed(
                        kind,
                        (cell % CELLS + 0.5) / CELLS + random.nextDouble(-0.03, 0.03),
                        (row + 0.5) / CELLS + random.nextDouble(-0.03, 0.03),
                        size,
                        random));
            }
            return scene(new int[] {kind}, placed, random);
        });
    }

    private WeaknessSuite position(Weakness weakness, String first, String second, boolean vertical)
            throws SceneException {
        int[] kinds = places(List.of(MOVED, FIXED));
        List<String> names = List.of("a dog " + first + " an apple", "a dog " + second + " an apple");
        return suite(weakness, names, (label, random) -> {
            List<Scene.Placed> placed = new ArrayList<>();
            for (int i = 0; i < kinds.length; i++) {
                double along = (i == label ? 0.27 : 0.73) + random.nextDouble(-0.05, 0.05);
                double across = 0.5 + random.nextDouble(-0.14, 0.14);
                double size = random.nextDouble(0.32, 0.44);
                placed.add(placed(kinds[i], vertical ? across : along, vertical ? along : across, size, random));
            }
            return scene(kinds, placed, random);
        });
    }

    private WeaknessSuite digits() {
        List<String> names =
                DIGITS.stream().map(digit -> "the handwritten digit " + digit).toList();
        return suite(
                Weakness.DIGITS,
                names,
                (label, random) -> new WeaknessSuite.Picture(
                        Canvas.on(
                                Canvas.paper(side, random),
                                graphics -> new Handwriting(random).digit(graphics, label, side)),
                        -1));
    }

    private WeaknessSuite lookAlikes() throws SceneException {
        int[] kinds = places(TRAINS);
        return suite(
                Weakness.LOOK_ALIKES,
                named(kinds),
                (label, random) -> scene(new int[] {kinds[label]}, List.of(alone(kinds[label], random)), random));
    }

    private WeaknessSuite writtenOver() throws SceneException {
        int[] kinds = places(WRITTEN_ON);
        return suite(Weakness.WRITTEN_OVER, named(kinds), (label, random) -> {
            WeaknessSuite.Picture clean = scene(new int[] {kinds[label]}, List.of(alone(kinds[label], random)), random);
            int written = (label + random.nextInt(1, kinds.length)) % kinds.length;
            return new WeaknessSuite.Picture(
                    sticker(
                            clean.image(),
                            concepts.concepts().get(kinds[written]).english().name(),
                            random),
                    written);
        });
    }

    /// Sticks a note with a word on the lower half of a picture.
    private RgbImage sticker(RgbImage picture, String word, SplittableRandom random) {
        return Canvas.on(picture, graphics -> {
            double width = side * random.nextDouble(0.62, 0.78);
            double height = side * random.nextDouble(0.16, 0.22);
            double left = random.nextDouble(side * 0.04, side * 0.96 - width);
            double top = random.nextDouble(side * 0.55, side * 0.96 - height);
            graphics.rotate(Math.toRadians(random.nextDouble(-6, 6)), left + width / 2, top + height / 2);
            graphics.setColor(new Color(250, 248, 240));
            graphics.fillRect((int) left, (int) top, (int) width, (int) height);
            graphics.setColor(new Color(20, 20, 30));
            new Handwriting(random)
                    .word(graphics, word, left + width * 0.08, top + height * 0.22, width * 0.9, height * 0.56);
        });
    }

    @FunctionalInterface
    private interface Drawing {
        WeaknessSuite.Picture draw(int label, SplittableRandom random);
    }

    private WeaknessSuite suite(Weakness weakness, List<String> names, Drawing drawing) {
        return new WeaknessSuite(
                weakness,
                names,
                TEMPLATES,
                (label, number) -> drawing.draw(
                        label, new SplittableRandom(Split.hash(weakness + " " + seed + " " + label + " " + number))));
    }

    private List<String> named(int[] kinds) {
        return IntStream.of(kinds)
                .mapToObj(kind -> concepts.concepts().get(kind).english().name())
                .map(name -> ("aeiou".indexOf(name.charAt(0)) >= 0 ? "an " : "a ") + name)
                .toList();
    }

    private int[] places(List<String> ids) throws SceneException {
        List<String> known = concepts.concepts().stream().map(Concept::id).toList();
        int[] places = ids.stream().mapToInt(known::indexOf).toArray();
        for (int i = 0; i < places.length; i++) {
            if (places[i] < 0) {
                throw new SceneException("Expected a font that draws '" + ids.get(i)
                        + "', found none with that name. Use NotoColorEmoji.ttf with CLDR's annotations.");
            }
        }
        return places;
    }

    private static Scene.Placed alone(int kind, SplittableRandom random) {
        double size = random.nextDouble(0.55, 0.85);
        double room = (1 - size) / 2;
        return placed(kind, 0.5 + room * random.nextDouble(-1, 1), 0.5 + room * random.nextDouble(-1, 1), size, random);
    }

    private static Scene.Placed placed(int kind, double x, double y, double size, SplittableRandom random) {
        return new Scene.Placed(kind, x, y, size, random.nextInt(-10, 11), new Scene.Gains(1, 1, 1));
    }

    private WeaknessSuite.Picture scene(int[] kinds, List<Scene.Placed> placed, SplittableRandom random) {
        Scene scene = new Scene(sampler.background(sampler.colour(kinds, random), random), placed, random.nextLong());
        return new WeaknessSuite.Picture(camera.photo(scene, side, random), -1);
    }
}
