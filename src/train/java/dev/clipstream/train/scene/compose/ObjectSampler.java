package dev.clipstream.train.scene.compose;

import dev.clipstream.train.scene.concept.Concept;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Draws the objects of a scene when nothing restricts them: one to four objects of one concept, or two or three of
/// different concepts. Immutable.
public final class ObjectSampler {
    /// Maximum number of objects in a scene.
    public static final int MOST = 4;

    private static final int ATTEMPTS = 100_000;

    private final SceneSampler sampler;
    private final int[] weighted;

    /// Creates a sampler.
    ///
    /// @param concepts everyday ones are drawn twice as often
    /// @param sampler  lays the objects out
    public ObjectSampler(List<Concept> concepts, SceneSampler sampler) {
        this.sampler = sampler;
        this.weighted = IntStream.range(0, concepts.size())
                .flatMap(c -> concepts.get(c).everyday() ? IntStream.of(c, c) : IntStream.of(c))
                .toArray();
    }

    /// Draws the number of objects of one concept: one in most scenes, at most four.
    public static int count(SplittableRandom random) {
        int draw = random.nextInt(100);
        return draw < 62 ? 1 : draw < 80 ? 2 : draw < 93 ? 3 : 4;
    }

    /// Draws a scene.
    ///
    /// @param empty whether a few scenes may have no objects
    public Scene scene(boolean empty, SplittableRandom random) {
        int draw = random.nextInt(100);
        if (draw < 3 && empty) {
            return scene(new int[0], random);
        }
        if (draw < 63) {
            return scene(same(count(random), any(random)), random);
        }
        return mixed(draw < 90 ? 2 : 3, random);
    }

    /// Draws a scene of different concepts that may occur together.
    public Scene mixed(int count, SplittableRandom random) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int[] things = IntStream.generate(() -> any(random)).limit(count).toArray();
            if (mayMeet(things)) {
                return scene(things, random);
            }
        }
        throw new IllegalArgumentException("Expected concepts of which some may occur together, found none in "
                + ATTEMPTS + " draws. Use a font with more pictographs.");
    }

    public int any(SplittableRandom random) {
        return weighted[random.nextInt(weighted.length)];
    }

    public static int[] same(int count, int thing) {
        int[] things = new int[count];
        Arrays.fill(things, thing);
        return things;
    }

    /// Draws a scene of given concepts on a background on which they are visible.
    public Scene scene(int[] things, SplittableRandom random) {
        return sampler.scene(things, sampler.background(sampler.colour(things, random), random), random);
    }

    private boolean mayMeet(int[] things) {
        for (int i = 0; i < things.length; i++) {
            for (int j = 0; j < i; j++) {
                if (things[i] == things[j] || !sampler.mayMeet(things[i], things[j])) {
                    return false;
                }
            }
        }
        return true;
    }
}
