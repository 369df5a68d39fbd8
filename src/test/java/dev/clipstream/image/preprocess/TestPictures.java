package dev.clipstream.image.preprocess;

import dev.clipstream.image.RgbImage;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/// Pictures for the tests of this package.
final class TestPictures {
    private TestPictures() {}

    /// The samples of a picture without a colour profile.
    static RgbImage rgb(BufferedImage image) {
        byte[] pixels = new byte[image.getWidth() * image.getHeight() * 3];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                pixels[at++] = (byte) (rgb >> 16);
                pixels[at++] = (byte) (rgb >> 8);
                pixels[at++] = (byte) rgb;
            }
        }
        return new RgbImage(image.getWidth(), image.getHeight(), pixels);
    }

    /// The landscape of the fixtures, doubled (a camera has no detail of one pixel) and mirrored until it fills the
    /// size, as a JPEG of 4:2:0.
    static byte[] photo(int width, int height, int orientation) throws IOException {
        BufferedImage small =
                ImageIO.read(Path.of("src", "test", "resources", "fixtures", "images", "landscape-640x480.jpg")
                        .toFile());
        AffineTransform twice = AffineTransform.getScaleInstance(2, 2);
        BufferedImage landscape = new AffineTransformOp(twice, AffineTransformOp.TYPE_BILINEAR).filter(small, null);
        BufferedImage large = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                large.setRGB(x, y, landscape.getRGB(folded(x, landscape.getWidth()), folded(y, landscape.getHeight())));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(large, "jpeg", out)) {
            throw new IOException("A JPEG writer was expected in the JDK, found none");
        }
        byte[] jpeg = out.toByteArray();
        byte[] start = Arrays.copyOf(jpeg, 2);
        byte[] rest = Arrays.copyOfRange(jpeg, 2, jpeg.length);
        return Crafted.concat(Crafted.concat(start, Crafted.exif(orientation)), rest);
    }

    private static int folded(int at, int length) {
        int within = at % (2 * length);
        return within < length ? within : 2 * length - 1 - within;
    }
}
