package dev.clipstream.clip.hub;

import java.util.Locale;

/// How much a model's image tower computes for an image, compared with that of ViT-B/32. Throughput on one machine is
/// about inversely proportional to it.
public enum Speed {
    /// Up to twice ViT-B/32.
    FAST(2),
    /// Up to 8 times ViT-B/32, such as ViT-B/16.
    MEDIUM(8),
    /// Up to 32 times ViT-B/32, such as ViT-L/14.
    SLOW(32),
    /// More than 32 times ViT-B/32.
    VERY_SLOW(Double.POSITIVE_INFINITY);

    /// ViT-B/32 at 224 x 224 pixels: open_clip, docs/model_profile.csv.
    private static final double VIT_B_32_GFLOP = 8.82;

    private final double most;

    Speed(double most) {
        this.most = most;
    }

    /// Returns the class of an image tower with so many operations.
    static Speed of(double gflop) {
        for (Speed speed : values()) {
            if (times(gflop) <= speed.most) {
                return speed;
            }
        }
        return VERY_SLOW;
    }

    /// Returns the operations as a multiple of those of ViT-B/32.
    public static double times(double gflop) {
        return gflop / VIT_B_32_GFLOP;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
