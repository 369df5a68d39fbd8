package dev.clipstream.region;

import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.stream.IntStream;

/// Covers one part of an image after the other, so that the vectors of the results show which part a label depends on
/// (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2).
///
/// The parts lie around the centres of a grid of 7 x 7 cells and overlap: each is two cells wide and high. They are
/// filled with the mean colour of the image. topologies/RATIONALE.md has the measurement behind both.
public final class Occlusion {
    /// Cells in a row and in a column.
    public static final int SIDE = 7;

    /// Cells of the grid.
    public static final int CELLS = SIDE * SIDE;

    /// Side of a covered part, in cells.
    private static final int COVERED_CELLS = 2;

    private Occlusion() {}

    /// Returns the input of a model with one part covered: one image for each cell, row by row. They take 49 times the
    /// memory of the input.
    public static List<RgbImage> inputs(RgbImage modelInput) {
        return IntStream.range(0, CELLS)
                .mapToObj(cell -> input(modelInput, cell))
                .toList();
    }

    /// Returns the input of a model with the part around one cell covered.
    ///
    /// @param cell 0 to 48, row by row
    public static RgbImage input(RgbImage image, int cell) {
        byte[] colour = meanColour(image);
        int row = cell / SIDE;
        int column = cell % SIDE;
        byte[] pixels = image.pixels().clone();
        int top = from(row, image.height());
        int bottom = to(row, image.height());
        int left = from(column, image.width());
        int right = to(column, image.width());
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                System.arraycopy(colour, 0, pixels, (y * image.width() + x) * colour.length, colour.length);
            }
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    /// Returns the first pixel that the part around a cell covers.
    private static int from(int cell, int pixels) {
        return (int) Math.max(0, Math.round((cell + 0.5 - COVERED_CELLS / 2.0) * pixels / SIDE));
    }

    /// Returns the first pixel behind the part around a cell.
    private static int to(int cell, int pixels) {
        return (int) Math.min(pixels, Math.round((cell + 0.5 + COVERED_CELLS / 2.0) * pixels / SIDE));
    }

    private static byte[] meanColour(RgbImage image) {
        byte[] samples = image.pixels();
        long[] sums = new long[3];
        for (int i = 0; i < samples.length; i++) {
            sums[i % sums.length] += Byte.toUnsignedInt(samples[i]);
        }
        byte[] mean = new byte[sums.length];
        for (int channel = 0; channel < mean.length; channel++) {
            mean[channel] = (byte) Math.round((double) sums[channel] * sums.length / samples.length);
        }
        return mean;
    }
}
