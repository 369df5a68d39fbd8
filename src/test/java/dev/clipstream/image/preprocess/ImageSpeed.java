package dev.clipstream.image.preprocess;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.codec.Codecs;
import java.util.Locale;

/// Prints what decoding and resizing of a JPEG to 224 x 224 costs, by size, mode and decoder, in one run whose rounds
/// are interleaved: read ratios. A program, not a test; run it from an IDE or with the test class path.
final class ImageSpeed {
    private static final int ROUNDS = 12;

    private ImageSpeed() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        Preprocessing clip = TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN);
        ImageFormats natively = ImageFormats.all(Codecs.NATIVE);
        ImagePreprocessor[] ways = {
            new ImagePreprocessor(clip, DecodeMode.FAST, ImageLimits.DEFAULT, natively),
            new ImagePreprocessor(clip, DecodeMode.EXACT, ImageLimits.DEFAULT, natively),
            new ImagePreprocessor(clip, DecodeMode.EXACT, ImageLimits.DEFAULT, ImageFormats.all(Codecs.PORTABLE))
        };
        int[][] sizes = {{640, 480}, {1920, 1080}, {4000, 3000}};
        System.out.println("best of " + ROUNDS + " rounds, ms: native fast, native exact, portable exact");
        for (int[] size : sizes) {
            byte[] jpeg = TestPictures.photo(size[0], size[1], 1);
            double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
            for (int round = 0; round < ROUNDS; round++) {
                for (int way = 0; way < ways.length; way++) {
                    best[way] = Math.min(best[way], milliseconds(ways[way], jpeg));
                }
            }
            System.out.printf(
                    Locale.ROOT, "%4d x %4d  %7.1f %7.1f %7.1f%n", size[0], size[1], best[0], best[1], best[2]);
        }
    }

    private static double milliseconds(ImagePreprocessor way, byte[] jpeg) throws ImageException {
        long begin = System.nanoTime();
        PreparedImage prepared = way.prepare(jpeg);
        long end = System.nanoTime();
        if (prepared.width() < 1) {
            throw new IllegalStateException("A picture was expected, found " + prepared);
        }
        return (end - begin) / 1e6;
    }
}
