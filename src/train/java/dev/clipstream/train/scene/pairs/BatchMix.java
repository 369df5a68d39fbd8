package dev.clipstream.train.scene.pairs;

import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.caption.CaptionMix;
import dev.clipstream.train.scene.caption.Captions;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.ObjectSampler;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concept;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Decides how the pairs of a batch differ from one another.
///
/// In most batches only the concept distinguishes the pairs: all scenes share the background colour and the number
/// of objects. Without such batches, training learns colours and numbers first and no concepts for a long time. In a
/// few batches only the number or only the colour differs, because captions that describe several aspects are told
/// apart by their concepts and teach little about the rest. The other batches are unrestricted. Immutable.
final class BatchMix {
    private static final double ONLY_CONCEPTS = 0.66;
    private static final double ONLY_NUMBERS = 0.05;
    private static final double ONLY_COLOURS = 0.02;

    private final SceneSampler sampler;
    private final ObjectSampler things;
    private final Captions captions;
    private final int[] all;
    private final int[] everyday;

    /// Creates a mix.
    ///
    /// @param sampler of scenes that training may see
    BatchMix(List<Concept> concepts, SceneSampler sampler) {
        this.sampler = sampler;
        this.things = new ObjectSampler(concepts, sampler);
        this.captions = new Captions(concepts);
        this.all = IntStream.range(0, concepts.size()).toArray();
        this.everyday =
                IntStream.of(all).filter(c -> concepts.get(c).everyday()).toArray();
    }

    List<CaptionedScene> batch(int size, SplittableRandom random) {
        double draw = random.nextDouble();
        if (draw < ONLY_CONCEPTS) {
            return onlyConcepts(size, random);
        }
        if (draw < ONLY_CONCEPTS + ONLY_NUMBERS) {
            return onlyNumbers(size, random);
        }
        if (draw < ONLY_CONCEPTS + ONLY_NUMBERS + ONLY_COLOURS) {
            return onlyColours(size, random);
        }
        return each(size, () -> {
            Scene scene = things.scene(true, random);
            return described(scene, CaptionMix.FREE.draw(random), random);
        });
    }

    private List<CaptionedScene> onlyConcepts(int size, SplittableRandom random) {
        BackgroundColour[] colours = BackgroundColour.values();
        BackgroundColour colour = random.nextInt(8) == 0 ? null : colours[random.nextInt(colours.length)];
        int count = ObjectSampler.count(random);
        int[] seen = Arrays.stream(candidates(size, random))
                .filter(thing -> sampler.visible(thing, colour))
                .toArray();
        if (seen.length == 0) {
            return onlyNumbers(size, random);
        }
        List<CaptionedScene> described = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int from = i % seen.length;
            int thing = swap(seen, from, from + random.nextInt(seen.length - from));
            Scene scene = sampler.scene(ObjectSampler.same(count, thing), sampler.background(colour, random), random);
            described.add(described(scene, CaptionMix.FOCUSED.draw(random), random));
        }
        return described;
    }

    /// Returns the concepts to draw from: the everyday ones, or neighbours in the file's order (which look alike),
    /// or all.
    private int[] candidates(int size, SplittableRandom random) {
        int draw = random.nextInt(10);
        if (draw < 3 && everyday.length > 0) {
            return everyday.clone();
        }
        if (draw >= 7) {
            return all.clone();
        }
        int first = random.nextInt(all.length);
        return IntStream.range(first, first + Math.min(all.length, size * 3 / 2))
                .map(thing -> thing % all.length)
                .toArray();
    }

    /// One step of a Fisher-Yates shuffle.
    private static int swap(int[] left, int from, int chosen) {
        int thing = left[chosen];
        left[chosen] = left[from];
        left[from] = thing;
        return thing;
    }

    private List<CaptionedScene> onlyNumbers(int size, SplittableRandom random) {
        return each(size, () -> {
            int[] shown = ObjectSampler.same(1 + random.nextInt(ObjectSampler.MOST), things.any(random));
            return described(things.scene(shown, random), Captions.Kind.ONLY_COUNT, random);
        });
    }

    private List<CaptionedScene> onlyColours(int size, SplittableRandom random) {
        BackgroundColour[] colours = BackgroundColour.values();
        return each(size, () -> {
            int[] shown = ObjectSampler.same(ObjectSampler.count(random), things.any(random));
            BackgroundColour colour = colours[random.nextInt(colours.length)];
            while (!sampler.visible(shown[0], colour)) {
                colour = colours[random.nextInt(colours.length)];
            }
            Scene scene = sampler.scene(shown, sampler.background(colour, random), random);
            return described(scene, Captions.Kind.ONLY_COLOUR, random);
        });
    }

    private CaptionedScene described(Scene scene, Captions.Kind kind, SplittableRandom random) {
        Language language = random.nextBoolean() ? Language.ENGLISH : Language.CHINESE;
        return new CaptionedScene(scene, captions.caption(scene, kind, language, random));
    }

    private static List<CaptionedScene> each(int size, Supplier<CaptionedScene> pair) {
        return IntStream.range(0, size).mapToObj(_ -> pair.get()).toList();
    }
}
