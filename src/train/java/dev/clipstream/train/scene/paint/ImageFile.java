package dev.clipstream.train.scene.paint;

import dev.clipstream.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/// Writes an image in the format of its file name extension: `.png`, `.jpg` or `.webp`.
public final class ImageFile {
    private static final int QUALITY = 88;

    private ImageFile() {}

    public static void write(RgbImage picture, Path file) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) {
            ImageIO.write(Camera.bufferedImage(picture), "png", file.toFile());
        } else if (name.endsWith(".jpg")) {
            Files.write(file, Camera.jpeg(picture, QUALITY));
        } else if (name.endsWith(".webp")) {
            webp(picture, file);
        } else {
            throw new IllegalArgumentException("Expected a file name with .png, .jpg or .webp, found " + file);
        }
    }

    private static void webp(RgbImage picture, Path file) throws IOException {
        PIX pix = leptonica.pixCreate(picture.width(), picture.height(), 32);
        try {
            byte[] rgb = picture.pixels();
            for (int i = 0; i < rgb.length / 3; i++) {
                leptonica.pixSetRGBPixel(
                        pix,
                        i % picture.width(),
                        i / picture.width(),
                        rgb[3 * i] & 0xFF,
                        rgb[3 * i + 1] & 0xFF,
                        rgb[3 * i + 2] & 0xFF);
            }
            if (leptonica.pixWriteWebP(file.toString(), pix, QUALITY, 0) != 0) {
                throw new IOException(
                        file
                                + ": Expected to write a WebP file, found that the encoder failed. Check the folder and its free space.");
            }
        } finally {
            leptonica.pixDestroy(pix);
        }
    }
}
