package dev.clipstream.train.scene.compose;

import dev.clipstream.train.scene.Language;
import java.util.random.RandomGenerator;

/// The colours that captions name. Each is a region of hue, saturation and value that is separate from the others.
public enum BackgroundColour {
    RED("red", "红色", -8, 8, 0.75, 1, 0.6, 0.95),
    ORANGE("orange", "橙色", 22, 34, 0.85, 1, 0.9, 1),
    YELLOW("yellow", "黄色", 48, 58, 0.7, 1, 0.88, 1),
    GREEN("green", "绿色", 95, 145, 0.55, 0.9, 0.4, 0.8),
    BLUE("blue", "蓝色", 203, 235, 0.6, 0.95, 0.55, 0.95),
    PURPLE("purple", "紫色", 265, 285, 0.5, 0.8, 0.45, 0.8),
    PINK("pink", "粉色", 325, 345, 0.25, 0.5, 0.93, 1),
    BROWN("brown", "棕色", 18, 30, 0.55, 0.8, 0.3, 0.48),
    BLACK("black", "黑色", 0, 360, 0, 0.2, 0, 0.12),
    WHITE("white", "白色", 0, 360, 0, 0.03, 0.95, 1),
    GREY("grey", "灰色", 0, 360, 0, 0.05, 0.42, 0.62);

    private final String english;
    private final String chinese;
    private final double hueFrom;
    private final double hueTo;
    private final double saturationFrom;
    private final double saturationTo;
    private final double valueFrom;
    private final double valueTo;

    BackgroundColour(
            String english,
            String chinese,
            double hueFrom,
            double hueTo,
            double saturationFrom,
            double saturationTo,
            double valueFrom,
            double valueTo) {
        this.english = english;
        this.chinese = chinese;
        this.hueFrom = hueFrom;
        this.hueTo = hueTo;
        this.saturationFrom = saturationFrom;
        this.saturationTo = saturationTo;
        this.valueFrom = valueFrom;
        this.valueTo = valueTo;
    }

    public String word(Language language) {
        return language == Language.ENGLISH ? english : chinese;
    }

    /// Draws a shade of this colour.
    ///
    /// @return RGB in the low 24 bits
    int shade(RandomGenerator random) {
        return rgb(
                random.nextDouble(hueFrom, hueTo),
                random.nextDouble(saturationFrom, saturationTo),
                random.nextDouble(valueFrom, valueTo));
    }

    /// Returns the central shade.
    int middle() {
        return rgb((hueFrom + hueTo) / 2, (saturationFrom + saturationTo) / 2, (valueFrom + valueTo) / 2);
    }

    /// Converts HSV to RGB.
    private static int rgb(double hue, double saturation, double value) {
        int packed = 0;
        for (int n = 5; n >= 1; n -= 2) {
            double k = ((n + hue / 60) % 6 + 6) % 6;
            double channel = value - value * saturation * Math.clamp(Math.min(k, 4 - k), 0, 1);
            packed = (packed << 8) | (int) Math.round(255 * channel);
        }
        return packed;
    }
}
