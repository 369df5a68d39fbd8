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
/// thing tells their pairs apart: without them a training learns colours and numbers first, and no concept for a long
/// time. A third of these draws from neighbours in the files' order, which look alike. The other batches are free.
public final class ScenePairs implements Pairs {
    private static final int HELD_OUT_SCENES = 768;
    private static final int VOCABULARY_TEXTS = 60_000;
    private static final double FOCUSED = 0.6;

    /// Far from any step of a training.
    private static final long HELD_OUT_STEP = Long.MAX_VALUE / 3;

    private final List<Concept> concepts;
    private final long seed;
    private final SceneSampler trained;
    private final Things things;
    private final Things heldOutThings;
    private final Captions captions;
    private final Camera camera;

    ScenePairs(Concepts concepts, int side, long seed) {
        this.concepts = concepts.concepts();
        this.seed = seed;
        this.trained = new SceneSampler(concepts, false);
        this.things = new Things(this.concepts, trained);
        this.heldOutThings = new Things(this.concepts, new SceneSampler(concepts, true));
        this.captions = new Captions(this.concepts);
        this.camera = new Camera(new Painter(concepts.glyphs()), side);
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
        return describe(step, size).stream()
                .map(one -> new Pair(camera.modelInput(one.scene()), one.caption()))
                .toList();
    }

    @Override
    public List<Pair> heldOut() {
        SplittableRandom random = new SplittableRandom(HELD_OUT_STEP);
        Telling telling = new Telling(concepts);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < HELD_OUT_SCENES; i++) {
            Scene scene = heldOutThings.scene(false, random);
            Language language = i % 2 == 0 ? Language.ENGLISH : Language.CHINESE;
            pairs.add(new Pair(camera.modelInput(scene), telling.full(scene, language)));
        }
        return pairs;
    }

    @Override
    public List<String> vocabulary() {
        List<String> texts = new ArrayList<>();
        for (Concept concept : concepts) {
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

    /// A pair before anything is painted.
    record Described(Scene scene, String caption) {}

    /// What [#batch] paints.
    List<Described> describe(long step, int size) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + step * 0xD1B54A32D192ED03L);
        return random.nextDouble() < FOCUSED ? focused(size, random) : free(size, random);
    }

    private List<Described> focused(int size, SplittableRandom random) {
        BackgroundColour[] colours = BackgroundColour.values();
        BackgroundColour colour = random.nextInt(8) == 0 ? null : colours[random.nextInt(colours.length)];
        int count = Things.count(random);
        int[] left = Arrays.stream(candidates(size, random))
                .filter(thing -> trained.visible(thing, colour))
                .toArray();
        if (left.length == 0) {
            return free(size, random);
        }
        List<Described> described = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int from = i % left.length;
            int thing = swap(left, from, from + random.nextInt(left.length - from));
            Scene scene = trained.scene(Things.same(count, thing), trained.background(colour, random), random);
            described.add(new Described(scene, caption(scene, CaptionMix.FOCUSED, random)));
        }
        return described;
    }

    /// All concepts, or as many neighbours as do for a batch without the same one twice.
    private int[] candidates(int size, SplittableRandom random) {
        int all = concepts.size();
        if (random.nextInt(3) != 0) {
            return IntStream.range(0, all).toArray();
        }
        int first = random.nextInt(all);
        return IntStream.range(first, first + Math.min(all, size * 3 / 2))
                .map(thing -> thing % all)
                .toArray();
    }

    /// One step of a shuffle.
    private static int swap(int[] left, int from, int chosen) {
        int thing = left[chosen];
        left[chosen] = left[from];
        left[from] = thing;
        return thing;
    }

    private List<Described> free(int size, SplittableRandom random) {
        List<Described> described = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Scene scene = things.scene(true, random);
            described.add(new Described(scene, caption(scene, CaptionMix.FREE, random)));
        }
        return described;
    }

    private String caption(Scene scene, CaptionMix mix, SplittableRandom random) {
        Captions.Kind kind = mix.draw(random);
        Language language = random.nextBoolean() ? Language.ENGLISH : Language.CHINESE;
        return captions.caption(scene, kind, language, random);
    }
}
