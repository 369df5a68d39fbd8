package dev.clipstream.train.cli;

import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.train.evaluate.BoxAccuracy;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.suite.LocatedScenes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Runs the suite `boxes`: a table on standard error, one JSON line on standard output.
final class BoxSuite {
    private static final int SCENES = 400;

    private BoxSuite() {}

    /// Measures a model. The method was chosen on scenes of the kinds that training sees; these are of the others.
    ///
    /// @param seed another seed draws other scenes
    /// @throws IOException if the font or the names of its pictographs cannot be read, or the model fails on a scene
    static void run(ClipModel clip, SceneSourceOptions source, long seed) throws IOException, ModelException {
        Set<String> labels =
                LabelSetFile.everyday().labels().stream().map(Label::id).collect(Collectors.toSet());
        LocatedScenes scenes =
                new LocatedScenes(Concepts.load(source.font(), source.annotations()), labels, true, seed);
        BoxAccuracy accuracy;
        try (Progress progress = Progress.of("scenes", SCENES)) {
            accuracy = BoxAccuracy.of(clip, scenes, SCENES, progress::step);
        } catch (EmbeddingException | OutOfDeviceMemoryException e) {
            throw new IOException(e.getMessage(), e);
        }
        table(accuracy);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("suite", "boxes");
        line.put("model", clip.identity().id());
        line.put("fingerprint", clip.identity().fingerprint());
        line.put("seed", seed);
        line.put("alone", accuracy.alone());
        line.put("amongOthers", accuracy.amongOthers());
        new JsonLines().write(line);
    }

    private static void table(BoxAccuracy accuracy) {
        BoxAccuracy.Part alone = accuracy.alone();
        BoxAccuracy.Part among = accuracy.amongOthers();
        say(String.format(Locale.ROOT, "%-52s %8s %12s", "", "alone", "among others"));
        say(String.format(Locale.ROOT, "%-52s %8d %12d", "scenes", alone.scenes(), among.scenes()));
        row("boxes with an overlap (IoU) of at least 0.5", alone.boxes(), among.boxes());
        row("  mean overlap", alone.meanOverlap(), among.meanOverlap());
        row("  the whole image instead", alone.wholeImage(), among.wholeImage());
        row("  a square in the middle instead", alone.centre(), among.centre());
        row("maps whose peak is in the object's box", alone.peaks(), among.peaks());
    }

    private static void row(String name, double alone, double amongOthers) {
        say(String.format(Locale.ROOT, "%-52s %8.3f %12.3f", name, alone, amongOthers));
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
