package dev.clipstream.train.scene.compose;

import dev.clipstream.train.scene.Split;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The background of a scene.
///
/// @param kind   the pattern
/// @param colour the colour that names it; null for a background of many colours
/// @param seed   0 to [#SEEDS] - 1: decides shades, directions and sizes
public record Background(Kind kind, @Nullable BackgroundColour colour, int seed) {
    /// Number of variants of a kind and colour.
    static final int SEEDS = 4096;

    private static final int HELD_OUT = 8;
    private static final int[] OCTAVES = {3, 6, 12, 24};

    /// The pattern of a background.
    public enum Kind {
        PLAIN,
        GRADIENT,
        STRIPES,
        CHECKS,
        DOTS,
        /// Clouds in two shades of the colour.
        NOISE,
        /// Clouds in many colours, like a blurred photograph.
        PHOTO
    }

    public Background {
        if (seed < 0 || seed >= SEEDS || (kind == Kind.PHOTO) != (colour == null)) {
            throw new IllegalArgumentException("Expected a seed of 0 to " + (SEEDS - 1)
                    + " and a colour for every kind except PHOTO, found " + kind + ", " + colour + ", "
                    + seed);
        }
    }

    /// Returns whether the background is held out from training.
    boolean heldOut() {
        return Split.heldOut("background", kind + " " + colour + " " + seed, HELD_OUT);
    }

    /// Paints a square of this background.
    ///
    /// @param side in pixels
    /// @return one int per pixel, RGB in the low 24 bits
    public int[] paint(int side) {
        SplittableRandom random = new SplittableRandom(Split.hash(kind + " " + colour + " " + seed));
        int[] out = new int[side * side];
        if (colour == null) {
            photo(out, side, random);
            return out;
        }
        int first = colour.shade(random);
        if (kind == Kind.PLAIN) {
            Arrays.fill(out, first);
            return out;
        }
        int second = colour.shade(random);
        double angle = random.nextDouble(2 * Math.PI);
        double period = random.nextDouble(0.08, 0.35);
        double phase = random.nextDouble();
        double across = Math.cos(angle) / side;
        double down = Math.sin(angle) / side;
        float[] clouds = kind == Kind.NOISE ? clouds(side, random) : new float[0];
        int[] ramp = ramp(first, second);
        for (int y = 0, i = 0; y < side; y++) {
            for (int x = 0; x < side; x++, i++) {
                double u = (x + 0.5) * across + (y + 0.5) * down;
                double v = (y + 0.5) * across - (x + 0.5) * down;
                double t = switch (kind) {
                    case PLAIN, PHOTO -> 0;
                    case GRADIENT -> 0.5 + 0.5 * u;
                    case STRIPES -> edge(wave(u / period + phase), side * period);
                    case CHECKS -> {
                        double a = edge(wave(u / period + phase), side * period);
                        double b = edge(wave(v / period + phase), side * period);
                        yield a + b - 2 * a * b;
                    }
                    case DOTS -> {
                        double a = wave(u / period + phase);
                        double b = wave(v / period + phase);
                        yield edge((a * a + b * b) * 1.6, side * period);
                    }
                    case NOISE -> clouds[i];
                };
                out[i] = ramp[(int) (Math.clamp(t, 0, 1) * 255)];
            }
        }
        return out;
    }

    private static void photo(int[] out, int side, SplittableRandom random) {
        int base = random.nextInt(1 << 24);
        float[] light = clouds(side, random);
        float[] tint = clouds(side, random);
        List<BackgroundColour> colours = List.of(BackgroundColour.values());
        int first = colours.get(random.nextInt(colours.size())).shade(random);
        int second = colours.get(random.nextInt(colours.size())).shade(random);
        int[] ramp = ramp(first, second);
        for (int i = 0; i < out.length; i++) {
            int colour = ramp[(int) (Math.clamp(tint[i] * 1.6F - 0.3F, 0, 1) * 255)];
            int mixed = 0;
            for (int shift = 16; shift >= 0; shift -= 8) {
                float channel = 0.75F * ((colour >> shift) & 0xFF) + 0.25F * ((base >> shift) & 0xFF);
                mixed |= Math.clamp((int) (channel * (0.5F + light[i])), 0, 255) << shift;
            }
            out[i] = mixed;
        }
    }

    private static int[] ramp(int first, int second) {
        int[] ramp = new int[256];
        for (int t = 0; t < 256; t++) {
            for (int shift = 16; shift >= 0; shift -= 8) {
                int from = (first >> shift) & 0xFF;
                int to = (second >> shift) & 0xFF;
                ramp[t] |= (from + (to - from) * t / 255) << shift;
            }
        }
        return ramp;
    }

    /// A triangle wave of period 1 between 0 and 1.
    private static double wave(double phase) {
        double part = phase - Math.floor(phase);
        return Math.abs(2 * part - 1);
    }

    /// A step at one half, anti-aliased to one pixel.
    private static double edge(double wave, double pixels) {
        return Math.clamp((wave - 0.5) * pixels * 0.5 + 0.5, 0, 1);
    }

    /// Value noise of four octaves, 0 to 1, independent of the side.
    private static float[] clouds(int side, SplittableRandom random) {
        float[] sum = new float[side * side];
        float amplitude = random.nextFloat(0.45F, 0.6F);
        float falling = random.nextFloat(0.35F, 0.6F);
        for (int cells : OCTAVES) {
            float[] lattice = new float[(cells + 2) * (cells + 2)];
            for (int i = 0; i < lattice.length; i++) {
                lattice[i] = random.nextFloat() * amplitude;
            }
            add(sum, side, lattice, cells);
            amplitude *= falling;
        }
        return sum;
    }

    private static void add(float[] sum, int side, float[] lattice, int cells) {
        float step = (float) cells / side;
        int[] cell = new int[side];
        float[] part = new float[side];
        for (int x = 0; x < side; x++) {
            float u = (x + 0.5F) * step;
            cell[x] = (int) u;
            part[x] = smooth(u - cell[x]);
        }
        for (int y = 0, i = 0; y < side; y++) {
            int row = cell[y] * (cells + 2);
            float fy = part[y];
            for (int x = 0; x < side; x++, i++) {
                int at = row + cell[x];
                float fx = part[x];
                float top = lattice[at] + (lattice[at + 1] - lattice[at]) * fx;
                float bottom = lattice[at + cells + 2] + (lattice[at + cells + 3] - lattice[at + cells + 2]) * fx;
                sum[i] += top + (bottom - top) * fy;
            }
        }
    }

    private static float smooth(float t) {
        return t * t * (3 - 2 * t);
    }
}
