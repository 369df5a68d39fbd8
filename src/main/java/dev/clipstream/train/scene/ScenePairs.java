package dev.clipstream.train.scene;

import dev.clipstream.train.Pair;
import dev.clipstream.train.Pairs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Pairs without end, made up as they are asked for.
///
/// Three of five batches share the colour of the background and the number of things, so that nothing but the kind of
/// thing tells its pairs apart: without them a training learns colours and numbers first, and no concept for a
/// long time. Of these batches a third draws from neighbours in the files' order, which are alike. The other two of
/// five
/// batches are free.
public final class ScenePairs implements Pairs {
    private static final int HELD_OUT_SCENES = 768;
    private static final int VOCABULARY_TEXTS = 60_000;

    /// Far from any step of a training.
    private static final long HELD_OUT_STEP = Long.MAX_VALUE / 3;

    private final Concepts concepts;
    private final long seed;
    private final SceneSampler trained;
    private final SceneSampler heldOut;
    private final Captions captions;
    private final Camera camera;
    private final int[] weighted;

    ScenePairs(Concepts concepts, int side, long seed) {
        this.concepts = concepts;
        this.seed = seed;
        this.trained = new SceneSampler(concepts, false);
        this.heldOut = new SceneSampler(concepts, true);
        this.captions = new Captions(concepts.concepts());
        this.camera = new Camera(new Painter(concepts.glyphs()), side);
        this.weighted = IntStream.range(0, concepts.concepts().size())
                .flatMap(c -> concepts.concepts().get(c).everyday() ? IntStream.of(c, c) : IntStream.of(c))
                .toArray();
    }

    /// @param font        of colour bitmaps, such as [CbdtFont#DEBIAN]
    /// @param annotations CLDR's folder of `en.xml` and `zh.xml`, such as [Annotations#DEBIAN]
    /// @param side        of the model's input in pixels
    /// @param seed        of the training; another one gives other scenes of the same kinds
    /// @throws SceneException if font or names cannot be read
    public static ScenePairs open(Path font, Path annotations, int side, long seed) throws SceneException {
        return new ScenePairs(Concepts.load(font, annotations), side, seed);
    }

    @Override
    public List<Pair> batch(long step, int size) {
        List<Described> described = describe(step, size);
        return described.stream()
                .map(one -> new Pair(camera.modelInput(one.scene()), one.caption()))
                .toList();
    }

    @Override
    public List<Pair> heldOut() {
        SplittableRandom random = new SplittableRandom(HELD_OUT_STEP);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < HELD_OUT_SCENES; i++) {
            Scene scene = free(heldOut, random);
            Language language = i % 2 == 0 ? Language.ENGLISH : Language.CHINESE;
            pairs.add(new Pair(camera.modelInput(scene), captions.full(scene, language)));
        }
        return pairs;
    }

    @Override
    public List<String> vocabulary() {
        List<String> texts = new ArrayList<>();
        for (Concept concept : concepts.concepts()) {
            for (Language language : Language.values()) {
                texts.add(concept.words(language).name());
                texts.addAll(concept.words(language).synonyms());
            }
        }
        for (int step = 0; texts.size() < VOCABULARY_TEXTS; step++) {
            describe(HELD_OUT_STEP + step, 256).forEach(one -> texts.add(one.caption()));
        }
        return texts;
    }

    /// A scene and its caption before anything is painted.
    record Described(Scene scene, String caption) {}

    List<Described> describe(long step, int size) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + step * 0xD1B54A32D192ED03L);
        return random.nextDouble() < 0.6 ? focused(size, random) : free(size, random);
    }

    private List<Described> focused(int size, SplittableRandom random) {
        BackgroundColour[] colours = BackgroundColour.values();
        BackgroundColour colour = random.nextInt(8) == 0 ? null : colours[random.nextInt(colours.length)];
        int count = count(random);
        int all = concepts.concepts().size();
        int[] candidates = random.nextInt(3) == 0
                ? neighbours(random.nextInt(all), Math.min(all, size * 3 / 2))
                : IntStream.range(0, all).toArray();
        int[] seen = Arrays.stream(candidates)
                .filter(thing -> trained.visible(thing, colour))
                .toArray();
        List<Described> described = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int left = i % seen.length;
            int chosen = left + random.nextInt(seen.length - left);
            int thing = seen[chosen];
            seen[chosen] = seen[left];
            seen[left] = thing;
            int[] things = new int[count];
            Arrays.fill(things, thing);
            Scene scene = trained.scene(things, trained.background(colour, random), random);
            described.add(new Described(
                    scene, captions.caption(scene, focusedKind(random.nextInt(100)), language(random), random)));
        }
        return described;
    }

    private int[] neighbours(int first, int count) {
        int all = concepts.concepts().size();
        return IntStream.range(first, first + count).map(thing -> thing % all).toArray();
    }

    private List<Described> free(int size, SplittableRandom random) {
        List<Described> described = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Scene scene = free(trained, random);
            described.add(new Described(
                    scene, captions.caption(scene, freeKind(random.nextInt(100)), language(random), random)));
        }
        return described;
    }

    private Scene free(SceneSampler sampler, SplittableRandom random) {
        int draw = random.nextInt(100);
        int[] things;
        if (draw < 3 && sampler == trained) {
            things = new int[0];
        } else if (draw < 63) {
            things = new int[count(random)];
            Arrays.fill(things, weighted[random.nextInt(weighted.length)]);
        } else {
            things = mixed(draw < 90 ? 2 : 3, sampler, random);
        }
        return sampler.scene(things, sampler.background(sampler.colour(things, random), random), random);
    }

    /// Different things that may meet.
    private int[] mixed(int count, SceneSampler sampler, SplittableRandom random) {
        while (true) {
            int[] things = IntStream.generate(() -> weighted[random.nextInt(weighted.length)])
                    .limit(count)
                    .toArray();
            boolean fits = true;
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < i; j++) {
                    fits &= things[i] != things[j] && sampler.mayMeet(things[i], things[j]);
                }
            }
            if (fits) {
                return things;
            }
        }
    }

    private static int count(SplittableRandom random) {
        int draw = random.nextInt(100);
        return draw < 62 ? 1 : draw < 80 ? 2 : draw < 93 ? 3 : 4;
    }

    private static Language language(SplittableRandom random) {
        return random.nextBoolean() ? Language.ENGLISH : Language.CHINESE;
    }

    private static Captions.Kind focusedKind(int draw) {
        if (draw < 28) {
            return Captions.Kind.NAME;
        }
        if (draw < 62) {
            return Captions.Kind.PROMPT;
        }
        if (draw < 76) {
            return Captions.Kind.PHRASE;
        }
        return draw < 86 ? Captions.Kind.SYNONYM : draw < 94 ? Captions.Kind.COUNT_AND_COLOUR : Captions.Kind.COLOUR;
    }

    private static Captions.Kind freeKind(int draw) {
        if (draw < 8) {
            return Captions.Kind.NAME;
        }
        if (draw < 20) {
            return Captions.Kind.PROMPT;
        }
        if (draw < 26) {
            return Captions.Kind.PHRASE;
        }
        if (draw < 30) {
            return Captions.Kind.SYNONYM;
        }
        if (draw < 34) {
            return Captions.Kind.BROADER;
        }
        if (draw < 48) {
            return Captions.Kind.COLOUR;
        }
        if (draw < 56) {
            return Captions.Kind.COUNT;
        }
        if (draw < 74) {
            return Captions.Kind.COUNT_AND_COLOUR;
        }
        if (draw < 88) {
            return Captions.Kind.RELATION;
        }
        return draw < 93 ? Captions.Kind.ONLY_COLOUR : draw < 98 ? Captions.Kind.ONLY_COUNT : Captions.Kind.ANYTHING;
    }
}
