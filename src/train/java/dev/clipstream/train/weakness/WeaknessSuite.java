package dev.clipstream.train.weakness;

import dev.clipstream.image.RgbImage;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Classes of one weakness, and a picture for each number of each class.
///
/// Immutable. A picture depends on the suite's seed, its class and its number alone.
public final class WeaknessSuite {
    private final Weakness weakness;
    private final List<String> names;
    private final List<String> templates;
    private final Drawing drawing;

    /// Draws a picture.
    @FunctionalInterface
    interface Drawing {
        Picture draw(int label, int number);
    }

    /// A picture of a class.
    ///
    /// @param written the class whose name is written on it; -1: none
    public record Picture(RgbImage image, int written) {}

    /// @param names     what each class shows, as it continues a sentence
    /// @param templates the ensemble, the most usual first
    WeaknessSuite(Weakness weakness, List<String> names, List<String> templates, Drawing drawing) {
        this.weakness = weakness;
        this.names = List.copyOf(names);
        this.templates = List.copyOf(templates);
        this.drawing = drawing;
    }

    /// Returns what the suite measures.
    public Weakness weakness() {
        return weakness;
    }

    /// Returns what each class shows.
    public List<String> names() {
        return names;
    }

    /// Returns the classes as a label set, with the first template alone or with all of them.
    public LabelSet labels(boolean ensemble) {
        return new LabelSet(
                weakness.toString(),
                "1",
                "en",
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                ensemble ? templates : templates.subList(0, 1),
                List.of(),
                IntStream.range(0, names.size())
                        .mapToObj(label -> Label.of(Integer.toString(label), Map.of("en", names.get(label))))
                        .toList());
    }

    /// Draws a picture.
    ///
    /// @param label  index of its class
    /// @param number distinguishes the pictures of a class, at least 0
    public Picture picture(int label, int number) {
        return drawing.draw(label, number);
    }
}
