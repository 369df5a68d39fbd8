package dev.clipstream.train.scene;

import dev.clipstream.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import tools.jackson.databind.json.JsonMapper;

/// Writes suites of scenes as files that `clipstream evaluate` and `clipstream train` read: a folder for each class
/// with
/// label sets in two languages beside them, or a manifest of pictures and their texts.
///
/// Immutable; the same seed, size and counts give the same files.
public final class SceneSuites {
    private final Concepts concepts;
    private final SceneSampler heldOut;
    private final Camera camera;
    private final long seed;
    private final int side;

    private SceneSuites(Concepts concepts, long seed, int side) {
        this.concepts = concepts;
        this.heldOut = new SceneSampler(concepts, true);
        this.camera = new Camera(new Painter(concepts.glyphs()), side);
        this.seed = seed;
        this.side = side;
    }

    /// @param font        of colour bitmaps, such as [CbdtFont#DEBIAN]
    /// @param annotations CLDR's folder of `en.xml` and `zh.xml`, such as [Annotations#DEBIAN]
    /// @param seed        another one gives other scenes of the same kinds
    /// @param side        of the pictures in pixels
    /// @throws SceneException if font or names cannot be read
    public static SceneSuites open(Path font, Path annotations, long seed, int side) throws SceneException {
        return new SceneSuites(Concepts.load(font, annotations), seed, side);
    }

    /// Number of pictures of a suite.
    ///
    /// @param count pictures of each class or, without classes, in all; 0: as many as the suite has by itself
    public long pictures(Suite suite, int count) {
        int each = count == 0 ? suite.pictures() : count;
        return suite.classes()
                ? classes(suite, each).stream()
                        .mapToLong(one -> one.scenes().size())
                        .sum()
                : each;
    }

    /// Writes a suite.
    ///
    /// @param count   as for [#pictures]
    /// @param folder  made if it is not there
    /// @param written called after each picture
    public void write(Suite suite, int count, Path folder, Runnable written) throws IOException {
        Files.createDirectories(folder);
        int each = count == 0 ? suite.pictures() : count;
        if (suite.classes()) {
            List<SceneClass> classes = classes(suite, each);
            for (SceneClass one : classes) {
                Path to = Files.createDirectories(folder.resolve(one.id()));
                for (int i = 0; i < one.scenes().size(); i++) {
                    picture(one.scenes().get(i), to.resolve(number(i)));
                    written.run();
                }
            }
            if (suite != Suite.SYNONYMS_ZH) {
                Files.writeString(folder.resolve("labels.yaml"), SuiteLabels.yaml(suite, classes, Language.ENGLISH));
            }
            if (suite != Suite.SYNONYMS_EN) {
                Files.writeString(folder.resolve("labels.zh.yaml"), SuiteLabels.yaml(suite, classes, Language.CHINESE));
            }
            return;
        }
        List<TextedScene> scenes = texted(suite, each);
        JsonMapper json = JsonMapper.builder().build();
        StringBuilder manifest = new StringBuilder();
        for (int i = 0; i < scenes.size(); i++) {
            picture(scenes.get(i).scene(), folder.resolve(number(i)));
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("image", number(i));
            line.put("texts", scenes.get(i).texts());
            manifest.append(json.writeValueAsString(line)).append('\n');
            written.run();
        }
        Files.writeString(folder.resolve("manifest.jsonl"), manifest);
    }

    private List<SceneClass> classes(Suite suite, int each) {
        return new ClassScenes(concepts.concepts(), heldOut, random(suite)).classes(suite, each);
    }

    private List<TextedScene> texted(Suite suite, int count) {
        if (suite == Suite.TRAINING) {
            ScenePairs pairs = new ScenePairs(concepts, side, seed);
            List<TextedScene> scenes = new ArrayList<>();
            for (int step = 0; scenes.size() < count; step++) {
                pairs.describe(step, Math.min(256, count - scenes.size()))
                        .forEach(one -> scenes.add(new TextedScene(one.scene(), List.of(one.caption()))));
            }
            return scenes;
        }
        return new TextedScenes(concepts.concepts(), heldOut, random(suite)).scenes(suite, count);
    }

    private SplittableRandom random(Suite suite) {
        return new SplittableRandom(Split.hash(suite + " " + seed));
    }

    private void picture(Scene scene, Path file) throws IOException {
        RgbImage photo = camera.photo(scene, side, new SplittableRandom(scene.seed()));
        ImageIO.write(Camera.picture(photo), "png", file.toFile());
    }

    private static String number(int index) {
        return String.format(Locale.ROOT, "%04d.png", index);
    }
}
