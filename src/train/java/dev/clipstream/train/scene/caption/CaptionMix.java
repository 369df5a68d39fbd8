package dev.clipstream.train.scene.caption;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/// The shares of the kinds of captions. Immutable.
public final class CaptionMix {
    /// For batches in which only the concept distinguishes the pairs.
    public static final CaptionMix FOCUSED = new CaptionMix(List.of(
            new Part(28, Captions.Kind.NAME),
            new Part(34, Captions.Kind.PROMPT),
            new Part(14, Captions.Kind.PHRASE),
            new Part(10, Captions.Kind.SYNONYM),
            new Part(8, Captions.Kind.COUNT_AND_COLOUR),
            new Part(6, Captions.Kind.COLOUR)));

    /// For unrestricted batches.
    public static final CaptionMix FREE = new CaptionMix(List.of(
            new Part(8, Captions.Kind.NAME),
            new Part(12, Captions.Kind.PROMPT),
            new Part(6, Captions.Kind.PHRASE),
            new Part(4, Captions.Kind.SYNONYM),
            new Part(4, Captions.Kind.BROADER),
            new Part(14, Captions.Kind.COLOUR),
            new Part(8, Captions.Kind.COUNT),
            new Part(18, Captions.Kind.COUNT_AND_COLOUR),
            new Part(14, Captions.Kind.RELATION),
            new Part(5, Captions.Kind.ONLY_COLOUR),
            new Part(5, Captions.Kind.ONLY_COUNT),
            new Part(2, Captions.Kind.ANYTHING)));

    private static final int WHOLE = 100;

    private final List<Captions.Kind> percents;

    private CaptionMix(List<Part> parts) {
        List<Captions.Kind> each = new ArrayList<>();
        parts.forEach(part -> each.addAll(Collections.nCopies(part.percent(), part.kind())));
        if (each.size() != WHOLE) {
            throw new IllegalArgumentException("Expected shares that add up to 100, found " + each.size());
        }
        this.percents = List.copyOf(each);
    }

    public Captions.Kind draw(SplittableRandom random) {
        return percents.get(random.nextInt(WHOLE));
    }

    private record Part(int percent, Captions.Kind kind) {}
}
