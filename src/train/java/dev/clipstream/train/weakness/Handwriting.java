package dev.clipstream.train.weakness;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes digits and capital letters with a pen: strokes whose points, slant, size and width vary.
///
/// No font is used, so that a digit looks different each time. A stroke is written as points of a grid of 100 × 100,
/// from the top left. `~` starts one that bends through its points; others are straight.
final class Handwriting {
    private static final List<String> DIGITS = List.of(
            "~50,8 26,28 24,64 48,92 74,68 74,30 52,8",
            "34,26 55,9 55,92",
            "~22,30 32,12 60,9 75,28 62,52 36,74 20,91|20,91 80,88",
            "~22,18 46,9 70,20 64,40 42,48 70,56 74,78 50,92 22,82",
            "60,9 20,62 82,62|62,38 62,93",
            "72,12 31,12 28,46|~28,46 54,40 75,57 68,82 44,92 20,82",
            "~66,9 38,30 25,60 32,86 55,92 74,76 66,57 46,53 27,68",
            "20,13 78,13 42,92",
            "~50,48 28,32 50,9 72,31 50,48 26,70 50,92 75,70 50,48",
            "~70,30 50,9 28,25 34,45 58,47 71,28|~71,28 68,60 56,92");

    private static final Map<Integer, String> LETTERS = Stream.of(
                    "A 5,100 50,0 95,100|24,62 76,62",
                    "B 12,0 12,100|~12,2 70,8 74,40 14,48|~14,48 84,58 82,92 12,99",
                    "C ~90,18 55,0 12,30 12,70 55,100 90,82",
                    "D 12,0 12,100|~12,2 76,14 92,52 74,90 12,99",
                    "E 88,0 12,0 12,100 88,100|12,48 74,48",
                    "F 88,0 12,0 12,100|12,48 74,48",
                    "G ~90,18 55,0 12,30 12,70 55,100 90,80|92,82 92,54 60,54",
                    "H 12,0 12,100|88,0 88,100|12,48 88,48",
                    "I 50,0 50,100",
                    "J ~78,0 78,72 50,100 18,80",
                    "K 12,0 12,100|86,0 14,56|34,42 90,100",
                    "L 12,0 12,100 86,100",
                    "M 8,100 12,0 50,66 88,0 92,100",
                    "N 12,100 12,0 88,100 88,0",
                    "O ~50,0 10,30 10,70 50,100 90,70 90,30 50,0",
                    "P 12,100 12,0|~12,2 76,8 82,44 14,54",
                    "Q ~50,0 10,30 10,70 50,100 90,70 90,30 50,0|62,72 96,104",
                    "R 12,100 12,0|~12,2 76,8 80,44 14,52|44,52 90,100",
                    "S ~86,14 50,0 16,24 50,48 86,74 50,100 12,84",
                    "T 6,0 94,0|50,0 50,100",
                    "U ~12,0 12,70 50,100 88,70 88,0",
                    "V 6,0 50,100 94,0",
                    "W 4,0 26,100 50,30 74,100 96,0",
                    "X 8,0 92,100|92,0 8,100",
                    "Y 8,0 50,50 92,0|50,50 50,100",
                    "Z 10,0 90,0 10,100 90,100")
            .collect(Collectors.toUnmodifiableMap(row -> (int) row.charAt(0), row -> row.substring(2)));

    private final SplittableRandom random;

    Handwriting(SplittableRandom random) {
        this.random = random;
    }

    /// Writes a digit over most of a square.
    void digit(Graphics2D graphics, int digit, int side) {
        double height = side * random.nextDouble(0.5, 0.78);
        double width = height * random.nextDouble(0.55, 0.9);
        AffineTransform place = new AffineTransform();
        place.translate(side * random.nextDouble(0.44, 0.56), side * random.nextDouble(0.45, 0.55));
        place.rotate(Math.toRadians(random.nextDouble(-12, 12)));
        place.shear(random.nextDouble(-0.25, 0.1), 0);
        place.scale(width / 100, height / 100);
        place.translate(-50, -50);
        graphics.setColor(Color.getHSBColor(random.nextFloat(), random.nextFloat(), random.nextFloat() * 0.45F));
        write(graphics, DIGITS.get(digit), place, 5, (float) (height * random.nextDouble(0.05, 0.11)));
    }

    /// Writes a word on a line.
    ///
    /// @param word   letters from A to Z
    /// @param left   edge in pixels
    /// @param top    edge in pixels
    /// @param width  of the word in pixels
    /// @param height of the letters in pixels
    void word(Graphics2D graphics, String word, double left, double top, double width, double height) {
        double advance = width / word.length();
        int at = 0;
        for (int letter : word.toUpperCase(Locale.ROOT).codePoints().toArray()) {
            String strokes = LETTERS.get(letter);
            if (strokes == null) {
                throw new IllegalArgumentException("Expected letters from A to Z, found '" + word + "'.");
            }
            AffineTransform place = new AffineTransform();
            place.translate(left + advance * at, top);
            place.scale(advance * 0.72 / 100, height / 100);
            write(graphics, strokes, place, 2, (float) (height * 0.12));
            at++;
        }
    }

    private void write(Graphics2D graphics, String strokes, AffineTransform place, double jitter, float width) {
        graphics.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        for (String stroke : strokes.split("\\|", -1)) {
            boolean bent = stroke.startsWith("~");
            double[][] points = Arrays.stream(stroke.substring(bent ? 1 : 0).split(" ", -1))
                    .map(point -> Arrays.stream(point.split(",", -1))
                            .mapToDouble(value -> Double.parseDouble(value) + random.nextDouble(-jitter, jitter))
                            .toArray())
                    .toArray(double[][]::new);
            graphics.draw(place.createTransformedShape(bent ? bent(points) : straight(points)));
        }
    }

    private static Path2D straight(double[][] points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0][0], points[0][1]);
        for (int i = 1; i < points.length; i++) {
            path.lineTo(points[i][0], points[i][1]);
        }
        return path;
    }

    /// Returns a Catmull-Rom spline: a curve through all points, whose tangent at each is parallel to the line between
    /// its neighbours.
    private static Path2D bent(double[][] points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0][0], points[0][1]);
        for (int i = 1; i < points.length; i++) {
            double[] before = points[Math.max(0, i - 2)];
            double[] from = points[i - 1];
            double[] to = points[i];
            double[] after = points[Math.min(points.length - 1, i + 1)];
            path.curveTo(
                    from[0] + (to[0] - before[0]) / 6,
                    from[1] + (to[1] - before[1]) / 6,
                    to[0] - (after[0] - from[0]) / 6,
                    to[1] - (after[1] - from[1]) / 6,
                    to[0],
                    to[1]);
        }
        return path;
    }
}
