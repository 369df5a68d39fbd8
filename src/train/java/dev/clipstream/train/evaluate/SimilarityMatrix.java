package dev.clipstream.train.evaluate;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/// The cosine similarities of images (rows) and texts (columns), to be drawn. A good model has a bright diagonal.
///
/// @param rows    label of each row
/// @param columns label of each column
/// @param cosines one array per row, -1 to 1
public record SimilarityMatrix(List<String> rows, List<String> columns, List<double[]> cosines) {
    private static final int CELL = 12;
    private static final int MARGIN = 180;

    public SimilarityMatrix {
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
        cosines = List.copyOf(cosines);
    }

    /// Writes the matrix as `*.svg` with labels, or as PNG without labels.
    public void write(Path file) throws IOException {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".svg")) {
            Files.writeString(file, svg());
        } else if (!ImageIO.write(pixels(), "png", file.toFile())) {
            throw new IOException(file + ": Expected a PNG writer in the JDK, found none. Use a complete JDK.");
        }
    }

    private BufferedImage pixels() {
        BufferedImage image = new BufferedImage(columns.size() * CELL, rows.size() * CELL, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < columns.size(); column++) {
                int[] cell = new int[CELL * CELL];
                Arrays.fill(cell, colour(cosines.get(row)[column]));
                image.setRGB(column * CELL, row * CELL, CELL, CELL, cell, 0, CELL);
            }
        }
        return image;
    }

    /// Colours range from dark blue for the minimum to yellow for the maximum.
    private int colour(double cosine) {
        DoubleSummaryStatistics range =
                cosines.stream().flatMapToDouble(Arrays::stream).summaryStatistics();
        double width = range.getMax() - range.getMin();
        double share = width > 0 ? (cosine - range.getMin()) / width : 0;
        int red = (int) Math.round(255 * share);
        int green = (int) Math.round(30 + 190 * share);
        int blue = (int) Math.round(90 - 60 * share);
        return (red << 16) | (green << 8) | blue;
    }

    private String svg() {
        StringBuilder svg = new StringBuilder();
        int width = MARGIN + columns.size() * CELL;
        int height = MARGIN + rows.size() * CELL;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"10\">%n",
                width,
                height));
        for (int row = 0; row < rows.size(); row++) {
            int y = MARGIN + row * CELL;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                    MARGIN - 4,
                    y + CELL - 3,
                    escaped(rows.get(row))));
            for (int column = 0; column < columns.size(); column++) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"><title>%s, %s: %.3f</title></rect>%n",
                        MARGIN + column * CELL,
                        y,
                        CELL,
                        CELL,
                        colour(cosines.get(row)[column]),
                        escaped(rows.get(row)),
                        escaped(columns.get(column)),
                        cosines.get(row)[column]));
            }
        }
        for (int column = 0; column < columns.size(); column++) {
            int x = MARGIN + column * CELL + CELL - 3;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text transform=\"translate(%d %d) rotate(-90)\">%s</text>%n",
                    x,
                    MARGIN - 4,
                    escaped(columns.get(column))));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
