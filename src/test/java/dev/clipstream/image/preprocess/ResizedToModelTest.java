package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// Resize and crop at awkward sizes, against SHA-256 of what Pillow 9.4 (resize, crop) makes of the same pattern: all
/// four residues of the crop's margin, upscaling, single rows and columns, sides a hundred times each other.
class ResizedToModelTest {

    @ParameterizedTest(name = "{0} x {1} to {2}, {3} {4} {5}")
    @CsvFileSource(resources = "/fixtures/resize.csv", numLinesToSkip = 1)
    void aPatternIsResizedAsInPillowToTheLastBit(
            int width,
            int height,
            int side,
            Preprocessing.Fit fit,
            Preprocessing.Filter filter,
            Preprocessing.CropRounding rounding,
            String sha256)
            throws Exception {
        // given
        Preprocessing.Channels half = new Preprocessing.Channels(0.5f, 0.5f, 0.5f);
        Preprocessing model = new Preprocessing(side, side, fit, filter, rounding, half, half);
        ImagePreprocessor preprocessor = new ImagePreprocessor(model, DecodeMode.EXACT, ImageLimits.DEFAULT);

        // when
        PreparedImage prepared = preprocessor.prepare(pattern(width, height));

        // then
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest(prepared.modelInput().pixels());
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
        assertThat(prepared.width()).isEqualTo(width);
        assertThat(prepared.height()).isEqualTo(height);
    }

    /// As a PNG; the same formula made the table's.
    private static byte[] pattern(int width, int height) throws Exception {
        byte[] rows = new byte[height * (1 + width * 3)];
        int at = 0;
        for (int y = 0; y < height; y++) {
            at++;
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    int slow = x * x * 7 + y * y * 3 + x * y * 5 + channel * 85;
                    rows[at++] = (byte) (slow + (x * 31 + y * 17) % 13 * 11);
                }
            }
        }
        return Crafted.png(width, height, Crafted.chunk("IDAT", Crafted.deflated(rows)));
    }
}
