package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an image's header says about the cost of decoding it.
class DecodeCostTest {
    private static final Preprocessing MODEL = TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN);
    private static final ImagePreprocessor FAST = new ImagePreprocessor(MODEL, DecodeMode.FAST, ImageLimits.DEFAULT);
    private static final ImagePreprocessor EXACT = new ImagePreprocessor(MODEL, DecodeMode.EXACT, ImageLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "100, 100, SMALL",
        "800, 600, SMALL",
        "1000, 1000, MEDIUM",
        "2000, 2000, MEDIUM",
        "4000, 3000, LARGE",
        "10000, 10000, HUGE"
    })
    void theCostGrowsWithThePixels(int width, int height, DecodeCost cost) throws Exception {
        assertThat(FAST.read(png(width, height)).cost()).isEqualTo(cost);
    }

    @Test
    void aJpegThatIsReducedCostsLess() throws Exception {
        // given
        byte[] jpeg = TestImages.photo(4000, 3000, 1);

        // then
        assertThat(FAST.read(jpeg).cost()).isEqualTo(DecodeCost.MEDIUM);
        assertThat(EXACT.read(jpeg).cost()).isEqualTo(DecodeCost.LARGE);
    }

    @Test
    void anImageThatWasReadIsPreparedLikeOneThatWasNot() throws Exception {
        // given an image that is turned
        byte[] jpeg = TestImages.photo(640, 480, 6);

        // when
        PreparedImage prepared = FAST.read(jpeg).prepare();

        // then
        PreparedImage expected = FAST.prepare(jpeg);
        assertThat(prepared.width()).isEqualTo(480);
        assertThat(prepared.height()).isEqualTo(640);
        assertThat(prepared.modelInput().pixels())
                .isEqualTo(expected.modelInput().pixels());
    }

    @Test
    void aHeaderIsRefusedWhenItIsReadAndAScanWhenItIsDecoded() throws Exception {
        // given
        byte[] png = png(2000, 1000);

        // then
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> FAST.read(png(20_000, 10_000)))
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS));
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> FAST.read(new byte[0]))
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.EMPTY));
        CheckedImage cut = FAST.read(Arrays.copyOf(png, png.length * 4 / 5));
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(cut::prepare)
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.TRUNCATED));
    }

    /// Returns a black image of one bit for each pixel.
    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY), "png", out);
        return out.toByteArray();
    }
}
