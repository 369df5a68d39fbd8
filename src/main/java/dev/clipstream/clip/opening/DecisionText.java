package dev.clipstream.clip.opening;

import dev.clipstream.clip.Scoring;
import dev.clipstream.image.Preprocessing;
import java.util.Locale;

/// Decisions about a model as people read them.
final class DecisionText {
    private DecisionText() {}

    static String of(Preprocessing preprocessing) {
        String crop = preprocessing.fit() == Preprocessing.Fit.CROP
                ? " (offset " + words(preprocessing.rounding()) + ")"
                : "";
        return preprocessing.width() + " x " + preprocessing.height() + ", " + words(preprocessing.fit()) + crop + ", "
                + words(preprocessing.filter()) + ", mean " + text(preprocessing.mean()) + ", std "
                + text(preprocessing.std());
    }

    static String of(Scoring scoring) {
        return words(scoring.kind()) + ", scale " + scoring.scale() + ", bias " + scoring.bias();
    }

    private static String text(Preprocessing.Channels channels) {
        return channels.red() + " " + channels.green() + " " + channels.blue();
    }

    private static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
