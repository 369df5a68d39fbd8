package dev.clipstream.train.scene.compose;

import dev.clipstream.train.scene.Split;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.font.Glyph;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Draws scenes, either from those that training may see or from the held-out ones. The two differ in backgrounds,
/// sizes, rotations, and in the pairs of concepts that occur together. Immutable.
public final class SceneSampler {
    private static final int HELD_OUT = 8;

    /// Sizes are multiples of the image's side divided by this.
    private static final double STEPS = 128;

    private static final int MAX_ROTATION = 20;

    /// Smallest and largest side of each object, by the number of objects.
    private static final double[][] SIDES = {{0.42, 0.98}, {0.36, 0.56}, {0.32, 0.48}, {0.3, 0.44}};

    /// Minimum mean difference between a glyph's colours and the background's, of 255.
    private static final double VISIBLE = 28;

    private final List<Concept> concepts;
    private final boolean heldOut;
    private final List<Set<BackgroundColour>> visible;
    private final List<int[]> sides;
    private final int[] rotations;

    public SceneSampler(Concepts concepts, boolean heldOut) {
        this.concepts = concepts.concepts();
        this.heldOut = heldOut;
        this.visible = concepts.glyphs().stream().map(SceneSampler::visible).toList();
        this.sides = IntStream.range(0, SIDES.length)
                .mapToObj(count -> IntStream.rangeClosed(
                                (int) Math.ceil(SIDES[count][0] * STEPS), (int) (SIDES[count][1] * STEPS))
                        .filter(side -> Split.heldOut("size", Integer.toString(side), HELD_OUT) == heldOut)
                        .toArray())
                .toList();
        this.rotations = IntStream.rangeClosed(-MAX_ROTATION, MAX_ROTATION)
                .filter(degrees -> Split.heldOut("rotation", Integer.toString(degrees), HELD_OUT) == heldOut)
                .toArray();
    }

    private static Set<BackgroundColour> visible(Glyph glyph) {
        int level = glyph.level(24);
        Set<BackgroundColour> visible = EnumSet.noneOf(BackgroundColour.class);
        for (BackgroundColour colour : BackgroundColour.values()) {
            int behind = colour.middle();
            double difference = 0;
            double covered = 0;
            for (int pixel : glyph.pixels(level)) {
                double alpha = (pixel >>> 24) / 255.0;
                covered += alpha;
                for (int shift = 0; shift < 24; shift += 8) {
                    difference += Math.abs(((pixel >> shift) & 0xFF) - alpha * ((behind >> shift) & 0xFF)) / 3;
                }
            }
            if (difference / Math.max(covered, 1) >= VISIBLE) {
                visible.add(colour);
            }
        }
        return visible;
    }

    /// Returns whether the concept is visible on such a background. Backgrounds of many colours always count as
    /// visible.
    public boolean visible(int concept, @Nullable BackgroundColour colour) {
        return colour == null || visible.get(concept).contains(colour);
    }

    /// Returns whether the two concepts may occur in one scene.
    public boolean mayMeet(int one, int other) {
        String first = concepts.get(Math.min(one, other)).id();
        String second = concepts.get(Math.max(one, other)).id();
        return Split.heldOut("pair", first + " " + second, HELD_OUT) == heldOut;
    }

    /// Draws a background.
    ///
    /// @param colour null for many colours
    public Background background(@Nullable BackgroundColour colour, SplittableRandom random) {
        while (true) {
            Background.Kind kind = colour == null ? Background.Kind.PHOTO : kind(random.nextDouble());
            Background drawn = new Background(kind, colour, random.nextInt(Background.SEEDS));
            if (drawn.heldOut() == heldOut) {
                return drawn;
            }
        }
    }

    private static Background.Kind kind(double draw) {
        if (draw < 0.3) {
            return Background.Kind.PLAIN;
        }
        if (draw < 0.5) {
            return Background.Kind.GRADIENT;
        }
        if (draw < 0.75) {
            return Background.Kind.NOISE;
        }
        return draw < 0.84 ? Background.Kind.STRIPES : draw < 0.92 ? Background.Kind.CHECKS : Background.Kind.DOTS;
    }

    /// Draws a colour on which all concepts are visible, or null (many colours) once in eight times.
    public @Nullable BackgroundColour colour(int[] things, SplittableRandom random) {
        BackgroundColour[] colours = BackgroundColour.values();
        if (random.nextInt(8) == 0) {
            return null;
        }
        for (int attempt = 0; attempt < 30; attempt++) {
            BackgroundColour colour = colours[random.nextInt(colours.length)];
            if (IntStream.of(things).allMatch(thing -> visible(thing, colour))) {
                return colour;
            }
        }
        return null;
    }

    /// Lays objects out so that they hardly overlap.
    ///
    /// @param things indexes of concepts, none to four, in the order of the scene
    public Scene scene(int[] things, Background background, SplittableRandom random) {
        List<Scene.Placed> placed = new ArrayList<>();
        double shrink = 1;
        while (placed.size() < things.length) {
            int count = things.length - 1;
            int[] steps = sides.get(count);
            Scene.@Nullable Placed found = null;
            for (int attempt = 0; attempt < 40 && found == null; attempt++) {
                int largest = (int) Math.max(1, steps.length * shrink);
                double side = steps[random.nextInt(largest)] / STEPS;
                Scene.Placed candidate = new Scene.Placed(
                        things[placed.size()],
                        place(side, random),
                        place(side, random),
                        side,
                        rotations[random.nextInt(rotations.length)],
                        gains(random));
                if (placed.stream().allMatch(other -> apart(other, candidate))) {
                    found = candidate;
                }
            }
            if (found == null) {
                placed.clear(); // the first objects left no room
                shrink = Math.max(0.05, shrink * 0.85);
            } else {
                placed.add(found);
            }
        }
        return new Scene(background, placed, random.nextLong());
    }

    /// Draws a centre so that the object is inside the image; a small margin may be cut off.
    private static double place(double side, SplittableRandom random) {
        double reach = Math.min(0.5, side / 2 * 0.97);
        return reach >= 0.5 ? 0.5 : random.nextDouble(reach, 1 - reach);
    }

    private static boolean apart(Scene.Placed one, Scene.Placed other) {
        double clear = 0.46 * (one.side() + other.side());
        return Math.abs(one.x() - other.x()) > clear || Math.abs(one.y() - other.y()) > clear;
    }

    private static Scene.Gains gains(SplittableRandom random) {
        double light = random.nextDouble(0.88, 1.1);
        return new Scene.Gains(
                light * random.nextDouble(0.95, 1.05),
                light * random.nextDouble(0.95, 1.05),
                light * random.nextDouble(0.95, 1.05));
    }
}
