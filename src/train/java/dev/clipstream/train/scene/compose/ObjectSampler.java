package dev.clipstream.train.scene.compose;

import dev.clipstream.train.scene.concept.Concept;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Draws what a scene shows when nothing restricts it: one to four things of a kind, or two or three different ones.
/// Immutable.
public final class ObjectSampler {
    /// Of a scene.
    public static final int MOST = 4;

    private static final int ATTEMPTS = 100_000;

    private final SceneSampler sampler;
    private final int[] weighted;

    /// @param concepts the everyday ones are drawn twice as often
    public ObjectSampler(List<Concept> concepts, SceneSampler sampler) {
        this.sampler = sampler;
        this.weighted = IntStream.range(0, concepts.size())
                .flatMap(c -> concepts.get(c).everyday() ? IntStream.of(c, c) : IntStream.of(c))
                .toArray();
    }

    /// How many things of a kind: one in most scenes, at most four.
    public static int count(SplittableRandom random) {
        int draw = random.nextInt(100);
        return draw < 62 ? 1 : draw < 80 ? 2 : draw < 93 ? 3 : 4;
    }

    /// @param empty whether a few scenes may show nothing
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

    /// Of different things that may meet.
    public Scene mixed(int count, SplittableRandom random) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int[] things = IntStream.generate(() -> any(random)).limit(count).toArray();
            if (mayMeet(things)) {
                return scene(things, random);
            }
        }
        throw new IllegalArgumentException("Concepts of which some may stand side by side were expected, found none in "
                + ATTEMPTS + " draws: take a font with more pictures");
    }

    public int any(SplittableRandom random) {
        return weighted[random.nextInt(weighted.length)];
    }

    public static int[] same(int count, int thing) {
        int[] things = new int[count];
        Arrays.fill(things, thing);
        return things;
    }

    /// Of given things, in front of anything that they can be seen on.
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
