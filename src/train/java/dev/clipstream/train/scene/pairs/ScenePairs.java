package dev.clipstream.train.scene.pairs;

import dev.clipstream.train.data.Pair;
import dev.clipstream.train.data.Pairs;
import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.caption.MatchingTexts;
import dev.clipstream.train.scene.caption.ScenePhrases;
import dev.clipstream.train.scene.compose.ObjectSampler;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.paint.Camera;
import dev.clipstream.train.scene.paint.Painter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// An endless source of synthetic pairs.
///
/// [BatchMix] composes the batches. Safe for use by multiple threads.
public final class ScenePairs implements Pairs {
    private static final int HELD_OUT_SCENES = 768;
    private static final int VOCABULARY_TEXTS = 60_000;

    /// A step number that no training reaches.
    private static final long HELD_OUT_STEP = Long.MAX_VALUE / 3;

    private final List<Concept> concepts;
    private final long seed;
    private final BatchMix mix;
    private final MatchingTexts texts;
    private final ObjectSampler heldOutThings;
    private final Camera camera;

    public ScenePairs(Concepts concepts, int side, long seed) {
        this.concepts = concepts.concepts();
        this.seed = seed;
        this.mix = new BatchMix(this.concepts, new SceneSampler(concepts, false));
        this.texts = new MatchingTexts(this.concepts);
        this.heldOutThings = new ObjectSampler(this.concepts, new SceneSampler(concepts, true));
        this.camera = new Camera(new Painter(concepts.glyphs()), side);
    }

    /// Opens a source of pairs.
    ///
    /// @param font        a colour bitmap font, such as [dev.clipstream.train.scene.font.CbdtFont#DEBIAN]
    /// @param annotations CLDR's folder with `en.xml` and `zh.xml`, such as
    ///                    [dev.clipstream.train.scene.concept.Annotations#DEBIAN]
    /// @param side        of the model's input in pixels
    /// @param seed        of the training; another seed yields other scenes of the same kinds
    /// @throws SceneException if the font or the names cannot be read
    public static ScenePairs open(Path font, Path annotations, int side, long seed) throws SceneException {
        return new ScenePairs(Concepts.load(font, annotations), side, seed);
    }

    @Override
    public List<Pair> batch(long step, int size) {
        return describe(step, size).stream()
                .map(one -> new Pair(camera.modelInput(one.scene()), one.caption(), texts.of(one.scene())))
                .toList();
    }

    @Override
    public List<Pair> heldOut() {
        SplittableRandom random = new SplittableRandom(HELD_OUT_STEP);
        ScenePhrases phrases = new ScenePhrases(concepts);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < HELD_OUT_SCENES; i++) {
            Scene scene = heldOutThings.scene(false, random);
            Language language = i % 2 == 0 ? Language.ENGLISH : Language.CHINESE;
            pairs.add(new Pair(camera.modelInput(scene), phrases.complete(scene, language)));
        }
        return pairs;
    }

    /// Returns a digest of the concepts' names and the seed. It does not cover the glyphs' pixels.
    @Override
    public String digest() {
        CRC32C digest = new CRC32C();
        for (Concept concept : concepts) {
            for (Language language : Language.values()) {
                digest.update((concept.words(language).name() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return String.format(
                Locale.ROOT, "scenes of %d concepts, seed %d, CRC-32C %08x", concepts.size(), seed, digest.getValue());
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

    /// Returns the scenes and captions that [#batch] paints.
    public List<CaptionedScene> describe(long step, int size) {
        return mix.batch(size, new SplittableRandom(seed * 0x9E3779B97F4A7C15L + step * 0xD1B54A32D192ED03L));
    }
}
