package dev.clipstream.train;

import dev.clipstream.image.RgbImage;
import dev.clipstream.train.data.Pair;
import dev.clipstream.train.data.Pairs;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Pairs that a small tower learns in a minute: an image of one coloured shape, and its name.
public final class ColouredShapes implements Pairs {
    private static final List<String> COLOURS = List.of("red", "green", "blue", "yellow", "black", "white");
    private static final List<Color> PAINTS =
            List.of(Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW, Color.BLACK, Color.WHITE);
    private static final List<String> SHAPES = List.of("circle", "square", "cross", "bar", "pole", "ring");

    private final int size;

    /// Creates the pairs.
    ///
    /// @param size of an image's side in pixels
    public ColouredShapes(int size) {
        this.size = size;
    }

    @Override
    public List<Pair> batch(long step, int count) {
        return pairs(step, count);
    }

    @Override
    public List<Pair> heldOut() {
        return pairs(-1, 72);
    }

    private List<Pair> pairs(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed * 31 + 7);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int colour = random.nextInt(COLOURS.size());
            int shape = random.nextInt(SHAPES.size());
            String short_ = COLOURS.get(colour) + " " + SHAPES.get(shape);
            String long_ = "a picture of a " + short_;
            boolean longer = random.nextBoolean();
            pairs.add(new Pair(
                    draw(PAINTS.get(colour), shape, random), longer ? long_ : short_, Set.of(longer ? short_ : long_)));
        }
        return pairs;
    }

    @Override
    public String digest() {
        return COLOURS.size() * SHAPES.size() + " shapes of " + size;
    }

    @Override
    public List<String> vocabulary() {
        List<String> texts = new ArrayList<>();
        for (String colour : COLOURS) {
            for (String shape : SHAPES) {
                texts.add("a picture of a " + colour + " " + shape);
            }
        }
        return texts;
    }

    private RgbImage draw(Color paint, int shape, SplittableRandom random) {
        BufferedImage canvas = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = canvas.createGraphics();
        int grey = 90 + random.nextInt(80);
        pen.setColor(new Color(grey, grey, grey));
        pen.fillRect(0, 0, size, size);
        pen.setColor(paint);
        int side = size / 3 + random.nextInt(size / 4);
        int x = random.nextInt(size - side);
        int y = random.nextInt(size - side);
        int thin = Math.max(2, side / 4);
        switch (SHAPES.get(shape)) {
            case "circle" -> pen.fillOval(x, y, side, side);
            case "square" -> pen.fillRect(x, y, side, side);
            case "cross" -> {
                pen.fillRect(x, y + (side - thin) / 2, side, thin);
                pen.fillRect(x + (side - thin) / 2, y, thin, side);
            }
            case "bar" -> pen.fillRect(x, y, side, thin);
            case "pole" -> pen.fillRect(x, y, thin, side);
            default -> {
                pen.setStroke(new BasicStroke(thin / 2f));
                pen.drawOval(x + thin / 4, y + thin / 4, side - thin / 2, side - thin / 2);
            }
        }
        pen.dispose();
        byte[] pixels = new byte[size * size * 3];
        for (int i = 0; i < size * size; i++) {
            int rgb = canvas.getRGB(i % size, i / size);
            pixels[i * 3] = (byte) (rgb >> 16);
            pixels[i * 3 + 1] = (byte) (rgb >> 8);
            pixels[i * 3 + 2] = (byte) rgb;
        }
        return new RgbImage(size, size, pixels);
    }
}
