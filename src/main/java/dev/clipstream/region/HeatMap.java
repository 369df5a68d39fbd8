package dev.clipstream.region;

import dev.clipstream.clip.Embedding;
import java.util.Arrays;
import java.util.Optional;

/// How much each part of a model's input speaks for a label.
///
/// The value of a cell is the loss when the part of [Occlusion] around it is covered: by how much the label's lead
/// falls. The lead is the cosine of image and label minus the mean cosine of image and other labels. So a part that
/// makes the image like all labels counts little. Above 0: the part speaks for the label; below 0: against it. The
/// values are in units of a cosine, within -4 to 4, usually within -0.3 to 0.3, and compare only within one model.
/// Immutable and equal by value.
public final class HeatMap {
    /// Points of the enlarged map for each cell, in each direction.
    private static final int ENLARGED = 4;

    private static final int POINTS = Occlusion.SIDE * ENLARGED;

    /// The part of the greatest value that a point needs to be worth having in the box, see topologies/RATIONALE.md.
    private static final double WORTH = 0.2;

    private final double[] values;

    private HeatMap(double[] values) {
        this.values = values;
    }

    /// Returns the map of a label.
    ///
    /// @param image    the vector of the whole input
    /// @param occluded the vectors of its parts, of the same dimension
    /// @param lead     of the label
    public static HeatMap of(Embedding image, OcclusionVectors occluded, Lead lead) {
        float[] direction = lead.values();
        if (occluded.dimension() != image.dimension() || direction.length != image.dimension()) {
            throw new IllegalArgumentException("Expected vectors of dimension " + image.dimension() + ", found "
                    + occluded.dimension() + " and " + direction.length + ". Take them from one model.");
        }
        double uncovered = lead.forImage(image);
        double[] values = occluded.products(direction);
        for (int cell = 0; cell < values.length; cell++) {
            values[cell] = uncovered - values[cell];
        }
        return new HeatMap(values);
    }

    /// Returns the values, row by row of the grid.
    public double[] values() {
        return values.clone();
    }

    /// Returns the greatest value. Not above 0: no part speaks for the label.
    public double peak() {
        return Arrays.stream(values).max().orElseThrow();
    }

    /// Returns the greatest absolute value.
    double greatest() {
        return Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }

    /// Returns a box around the parts that speak for the label, in the model's input.
    ///
    /// It is the rectangle with the greatest sum over its points of value minus a fifth of the greatest value, which
    /// Kadane's algorithm finds for each pair of rows. The points are those of the map, four times enlarged by linear
    /// interpolation.
    ///
    /// @return empty if no part speaks for the label
    public Optional<Box> box() {
        double peak = peak();
        if (!(peak > 0)) {
            return Optional.empty();
        }
        double[] gains = new double[POINTS * POINTS];
        for (int y = 0; y < POINTS; y++) {
            for (int x = 0; x < POINTS; x++) {
                gains[y * POINTS + x] = at((x + 0.5) / POINTS, (y + 0.5) / POINTS) - WORTH * peak;
            }
        }
        return Optional.of(best(gains));
    }

    private static Box best(double[] gains) {
        double best = Double.NEGATIVE_INFINITY;
        int[] found = new int[4];
        double[] columns = new double[POINTS];
        for (int top = 0; top < POINTS; top++) {
            Arrays.fill(columns, 0);
            for (int bottom = top; bottom < POINTS; bottom++) {
                double sum = 0;
                int left = 0;
                for (int x = 0; x < POINTS; x++) {
                    columns[x] += gains[bottom * POINTS + x];
                    if (sum <= 0) {
                        sum = 0;
                        left = x;
                    }
                    sum += columns[x];
                    if (sum > best) {
                        best = sum;
                        found = new int[] {left, top, x + 1 - left, bottom + 1 - top};
                    }
                }
            }
        }
        return new Box(
                (double) found[0] / POINTS,
                (double) found[1] / POINTS,
                (double) found[2] / POINTS,
                (double) found[3] / POINTS);
    }

    /// Returns the value at a point, interpolated between the centres of the four nearest cells.
    ///
    /// @param x 0 (left edge of the model's input) to 1
    /// @param y 0 (upper edge) to 1
    double at(double x, double y) {
        double across = Math.clamp(x * Occlusion.SIDE - 0.5, 0, Occlusion.SIDE - 1.0);
        double down = Math.clamp(y * Occlusion.SIDE - 0.5, 0, Occlusion.SIDE - 1.0);
        int column = Math.min(Occlusion.SIDE - 2, (int) across);
        int row = Math.min(Occlusion.SIDE - 2, (int) down);
        int cell = row * Occlusion.SIDE + column;
        double upper = mix(values[cell], values[cell + 1], across - column);
        double lower = mix(values[cell + Occlusion.SIDE], values[cell + Occlusion.SIDE + 1], across - column);
        return mix(upper, lower, down - row);
    }

    private static double mix(double from, double to, double part) {
        return from + (to - from) * part;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeatMap that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "HeatMap" + Arrays.toString(values);
    }
}
