package dev.clipstream.train.evaluate;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.RgbImage;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.region.Box;
import dev.clipstream.region.HeatMap;
import dev.clipstream.region.Occlusion;
import dev.clipstream.region.OcclusionVectors;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.train.scene.suite.LocatedScenes;
import dev.clipstream.train.scene.suite.LocatedScenes.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// How well the boxes of tags fit objects whose positions are known.
///
/// The label of the object is given ("known class"): the figures are about the box, not about the tag. A box fits if
/// its overlap with that of the object, intersection over union, is at least a half. The other labels are those of the
/// set `everyday`.
///
/// @param alone       scenes with one object
/// @param amongOthers scenes with two or three
public record BoxAccuracy(Part alone, Part amongOthers) {
    /// The overlap from which on a box fits.
    public static final double FITS = 0.5;

    /// A baseline: the square in the middle with three fifths of each side, the best of its kind on the scenes for
    /// tuning.
    private static final Box CENTRE = new Box(0.2, 0.2, 0.6, 0.6);

    /// The figures of one kind of scene, each a share of scenes from 0 to 1.
    ///
    /// @param scenes      number of scenes
    /// @param boxes       whose box fits
    /// @param meanOverlap mean overlap of the boxes; not a share of scenes
    /// @param peaks       whose map has its peak within the object's box ("pointing game")
    /// @param wholeImage  where the whole image would fit
    /// @param centre      where the square in the middle would fit
    public record Part(int scenes, double boxes, double meanOverlap, double peaks, double wholeImage, double centre) {}

    /// A measured scene.
    private record Measured(Located scene, HeatMap map) {
        Box box() {
            return map.box().orElse(Box.WHOLE);
        }
    }

    /// Measures a model.
    ///
    /// @param count   number of scenes, at least 4
    /// @param painted called after each scene
    public static BoxAccuracy of(ClipModel clip, LocatedScenes scenes, int count, Runnable painted)
            throws ModelException, EmbeddingException, OutOfDeviceMemoryException {
        ZeroShotTagger tagger = ZeroShotTagger.create(
                LabelSetFile.everyday(), clip.textEncoder(), clip.requireScoring(), clip.identity());
        ImageSession session = clip.imageSessions().getFirst();
        List<Measured> measured = new ArrayList<>();
        for (Located scene : scenes.paint(count, clip.preprocessing().width())) {
            List<RgbImage> batch = new ArrayList<>();
            batch.add(scene.modelInput());
            batch.addAll(Occlusion.inputs(scene.modelInput()));
            List<Embedding> vectors = session.run(batch);
            HeatMap map = HeatMap.of(
                    vectors.getFirst(),
                    OcclusionVectors.of(vectors.subList(1, vectors.size())),
                    tagger.lead(scene.label()).orElseThrow());
            measured.add(new Measured(scene, map));
            painted.run();
        }
        return new BoxAccuracy(
                part(measured.stream().filter(one -> one.scene().objects() == 1).toList()),
                part(measured.stream().filter(one -> one.scene().objects() > 1).toList()));
    }

    private static Part part(List<Measured> measured) {
        return new Part(
                measured.size(),
                mean(measured, one -> fits(one.box(), one.scene().box())),
                mean(measured, one -> one.box().overlap(one.scene().box())),
                mean(measured, one -> peakIsIn(one.map(), one.scene().box()) ? 1 : 0),
                mean(measured, one -> fits(Box.WHOLE, one.scene().box())),
                mean(measured, one -> fits(CENTRE, one.scene().box())));
    }

    private static double mean(List<Measured> measured, ToDoubleFunction<Measured> of) {
        return measured.stream().mapToDouble(of).average().orElse(0);
    }

    private static double fits(Box found, Box object) {
        return found.overlap(object) >= FITS ? 1 : 0;
    }

    private static boolean peakIsIn(HeatMap map, Box object) {
        double[] values = map.values();
        int peak = 0;
        for (int cell = 1; cell < values.length; cell++) {
            if (values[cell] > values[peak]) {
                peak = cell;
            }
        }
        int row = peak / Occlusion.SIDE;
        int column = peak % Occlusion.SIDE;
        double x = (column + 0.5) / Occlusion.SIDE;
        double y = (row + 0.5) / Occlusion.SIDE;
        return x >= object.left()
                && x <= object.left() + object.width()
                && y >= object.top()
                && y <= object.top() + object.height();
    }
}
