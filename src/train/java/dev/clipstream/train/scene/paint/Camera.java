package dev.clipstream.train.scene.paint;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.train.scene.compose.Scene;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Renders a scene as the model's input the way a served image becomes one: the scene is painted at another size,
/// gets camera noise and sometimes JPEG artefacts, and is resized by the code of the service. The model therefore
/// sees no difference between training and service. Safe for use by multiple threads.
public final class Camera {
    private final Painter painter;
    private final int side;
    private final ImagePreprocessor preprocessor;

    /// Creates a camera.
    ///
    /// @param side of the model's input in pixels
    public Camera(Painter painter, int side) {
        this.painter = painter;
        this.side = side;
        Preprocessing.Channels unused = new Preprocessing.Channels(1, 1, 1);
        this.preprocessor = new ImagePreprocessor(
                new Preprocessing(
                        side,
                        side,
                        Preprocessing.Fit.CROP,
                        Preprocessing.Filter.BICUBIC,
                        Preprocessing.CropRounding.FLOOR,
                        unused,
                        unused),
                DecodeMode.EXACT,
                ImageLimits.DEFAULT);
    }

    /// Returns the scene as the model's input. Deterministic.
    public RgbImage modelInput(Scene scene) {
        SplittableRandom random = new SplittableRandom(scene.seed());
        double way = random.nextDouble();
        double scale;
        if (way < 0.12) {
            scale = random.nextDouble(0.75, 1.1); // an enlarged thumbnail: blurred
        } else if (way < 0.9) {
            scale = random.nextDouble(1.2, 2.4);
        } else {
            scale = random.nextDouble(2.4, 4);
        }
        RgbImage photo = photo(scene, (int) Math.round(side * scale), random);
        if (random.nextDouble() < 0.12) {
            try {
                return preprocessor.prepare(jpeg(photo, random.nextInt(30, 95))).modelInput();
            } catch (ImageException e) {
                throw new IllegalStateException("Expected a JPEG that was just written to be readable, found " + e, e);
            }
        }
        return preprocessor.fit(photo);
    }

    /// Renders the scene with the noise and exposure of a camera.
    ///
    /// @param pixels side of the image
    public RgbImage photo(Scene scene, int pixels, SplittableRandom random) {
        RgbImage clean = painter.paint(scene, pixels);
        int noise = random.nextInt(10) < 5 ? 0 : random.nextInt(2, 14);
        int contrast = random.nextInt(225, 280);
        int brightness = random.nextInt(-12, 13) + (256 - contrast) / 2;
        byte[] rgb = clean.pixels();
        byte[] out = new byte[rgb.length];
        int state = random.nextInt() | 1;
        for (int i = 0; i < rgb.length; i += 3) {
            int grain = 0;
            if (noise > 0) {
                state ^= state << 13;
                state ^= state >>> 17;
                state ^= state << 5;
                grain = (((state & 0xFF) + ((state >>> 8) & 0xFF) - 255) * noise) >> 8;
            }
            for (int c = i; c < i + 3; c++) {
                out[c] = (byte) Math.clamp((((rgb[c] & 0xFF) * contrast) >> 8) + brightness + grain, 0, 255);
            }
        }
        return new RgbImage(pixels, pixels, out);
    }

    /// Encodes an image as JPEG.
    ///
    /// @param quality 1 to 100
    static byte[] jpeg(RgbImage image, int quality) {
        BufferedImage picture = bufferedImage(image);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality / 100F);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException("Expected a JPEG to be written to memory, found " + e, e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    static BufferedImage bufferedImage(RgbImage image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = image.pixels();
        int[] packed = new int[image.width() * image.height()];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = ((rgb[3 * i] & 0xFF) << 16) | ((rgb[3 * i + 1] & 0xFF) << 8) | (rgb[3 * i + 2] & 0xFF);
        }
        picture.setRGB(0, 0, image.width(), image.height(), packed, 0, image.width());
        return picture;
    }
}
