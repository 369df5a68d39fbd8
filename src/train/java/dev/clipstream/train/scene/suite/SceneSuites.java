package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.Split;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.paint.Camera;
import dev.clipstream.train.scene.paint.ImageFile;
import dev.clipstream.train.scene.paint.Painter;
import dev.clipstream.train.scene.pairs.CaptionedScene;
import dev.clipstream.train.scene.pairs.ScenePairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;

/// Writes suites of scenes as files that `clipstream evaluate` and `clipstream train` read: a folder for each class
/// with label sets in two languages, or a manifest of images and texts.
///
/// Immutable. The same seed, size and counts produce the same files.
public final class SceneSuites {
    private static final int BATCH = 256;

    private final Concepts concepts;
    private final SceneSampler heldOut;
    private final Camera camera;
    private final long seed;
    private final int side;

    SceneSuites(Concepts concepts, long seed, int side) {
        this.concepts = concepts;
        this.heldOut = new SceneSampler(concepts, true);
        this.camera = new Camera(new Painter(concepts.glyphs()), side);
        this.seed = seed;
        this.side = side;
    }

    /// Opens the suites.
    ///
    /// @param font        a colour bitmap font, such as [dev.clipstream.train.scene.font.CbdtFont#DEBIAN]
    /// @param annotations CLDR's folder with `en.xml` and `zh.xml`, such as
    ///                    [dev.clipstream.train.scene.concept.Annotations#DEBIAN]
    /// @param seed        another seed yields other scenes of the same kinds
    /// @param side        of the images in pixels
    /// @throws SceneException if the font or the names cannot be read
    public static SceneSuites open(Path font, Path annotations, long seed, int side) throws SceneException {
        return new SceneSuites(Concepts.load(font, annotations), seed, side);
    }

    /// Writes a suite.
    ///
    /// @param count   images per class or, without classes, in total; 0 for the suite's default
    /// @param folder  created if it does not exist
    /// @param written called after each image
    /// @return the number of images
    public int write(Suite suite, int count, Path folder, Runnable written) throws IOException {
        SuiteFiles files = plan(suite, count == 0 ? suite.images() : count);
        Files.createDirectories(folder);
        for (SuiteFiles.Image image : files.images()) {
            Path file = folder.resolve(image.file());
            Files.createDirectories(file.toAbsolutePath().getParent());
            SplittableRandom noise = new SplittableRandom(image.scene().seed());
            ImageFile.write(camera.photo(image.scene(), image.side(), noise), file);
            written.run();
        }
        for (Map.Entry<String, String> text : files.texts().entrySet()) {
            Files.writeString(folder.resolve(text.getKey()), text.getValue());
        }
        return files.images().size();
    }

    private SuiteFiles plan(Suite suite, int count) throws SceneException {
        SplittableRandom random = new SplittableRandom(Split.hash(suite + " " + seed));
        if (suite.classes()) {
            return classes(suite, new ClassScenes(concepts.concepts(), heldOut, random).classes(suite, count));
        }
        return switch (suite) {
            case SAMPLES -> new SuiteFiles(SampleImages.of(concepts.concepts(), heldOut, random), Map.of());
            case TRAINING -> texted(training(count));
            default -> texted(new RetrievalScenes(concepts.concepts(), heldOut, random).scenes(suite, count));
        };
    }

    private SuiteFiles classes(Suite suite, List<SceneClass> classes) {
        List<SuiteFiles.Image> images = new ArrayList<>();
        for (SceneClass one : classes) {
            for (int i = 0; i < one.scenes().size(); i++) {
                images.add(new SuiteFiles.Image(
                        one.id() + "/" + number(i), one.scenes().get(i), side));
            }
        }
        Map<String, String> labels = new LinkedHashMap<>();
        if (suite != Suite.SYNONYMS_ZH) {
            labels.put("labels.yaml", SuiteLabels.yaml(suite, classes, Language.ENGLISH));
        }
        if (suite != Suite.SYNONYMS_EN) {
            labels.put("labels.zh.yaml", SuiteLabels.yaml(suite, classes, Language.CHINESE));
        }
        return new SuiteFiles(images, labels);
    }

    private List<RetrievalScene> training(int count) {
        ScenePairs pairs = new ScenePairs(concepts, side, seed);
        List<RetrievalScene> scenes = new ArrayList<>();
        for (int step = 0; scenes.size() < count; step++) {
            for (CaptionedScene one : pairs.describe(step, Math.min(BATCH, count - scenes.size()))) {
                scenes.add(new RetrievalScene(one.scene(), List.of(one.caption())));
            }
        }
        return scenes;
    }

    private SuiteFiles texted(List<RetrievalScene> scenes) {
        JsonMapper json = JsonMapper.builder().build();
        List<SuiteFiles.Image> images = new ArrayList<>();
        StringBuilder manifest = new StringBuilder();
        for (RetrievalScene one : scenes) {
            String file = number(images.size());
            images.add(new SuiteFiles.Image(file, one.scene(), side));
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("image", file);
            line.put("texts", one.texts());
            manifest.append(json.writeValueAsString(line)).append('\n');
        }
        return new SuiteFiles(images, Map.of("manifest.jsonl", manifest.toString()));
    }

    private static String number(int index) {
        return String.format(Locale.ROOT, "%04d.png", index);
    }
}
