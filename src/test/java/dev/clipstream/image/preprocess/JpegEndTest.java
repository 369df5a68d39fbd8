package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.codec.Codecs;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Phones write JPEGs without an end marker, with data of their own behind the last block. All blocks count as the
/// image, and an image without all its blocks is rejected.
class JpegEndTest {
    private static final int END_MARKER = 2;
    private static final byte[] END = {(byte) 0xFF, (byte) 0xD9};
    private static final int VARIANTS = 40;

    @ParameterizedTest
    @EnumSource
    void bytesBehindTheLastBlockDoNotCount(Codecs codecs) throws Exception {
        // given
        ImagePreprocessor preprocessor = preprocessor(codecs);
        Random random = new Random(1);
        for (byte[] jpeg : jpegs()) {
            byte[] expected = preprocessor.prepare(jpeg).modelInput().pixels();
            byte[] endless = Arrays.copyOf(jpeg, jpeg.length - END_MARKER);
            for (int i = 0; i < VARIANTS; i++) {
                // when
                byte[] trailed = Crafted.concat(endless, trailer(random, i * 100));

                // then
                assertThat(preprocessor.prepare(trailed).modelInput().pixels()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImageWithoutItsLastBlocksIsRejectedWhateverFollows(Codecs codecs) throws Exception {
        // given
        ImagePreprocessor preprocessor = preprocessor(codecs);
        Random random = new Random(2);
        for (byte[] jpeg : jpegs()) {
            for (int i = 0; i < VARIANTS; i++) {
                byte[] part = Arrays.copyOf(jpeg, jpeg.length / 2 + random.nextInt(jpeg.length / 3));

                // when
                ImageException trailed = catchThrowableOfType(
                        ImageException.class, () -> preprocessor.prepare(Crafted.concat(part, trailer(random, 1000))));
                ImageException closed = catchThrowableOfType(
                        ImageException.class, () -> preprocessor.prepare(Crafted.concat(part, END)));

                // then
                assertThat(trailed).isNotNull();
                assertThat(closed.reason()).isEqualTo(RejectionReason.TRUNCATED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyMarkersBehindAnIncompleteScanTakeNoTime(Codecs codecs) throws Exception {
        // given: a row of blocks more than the scan has
        ImagePreprocessor preprocessor = preprocessor(codecs);
        byte[] jpeg = TestImages.photo(2000, 1500, 1);
        int frame = 0;
        while (jpeg[frame] != (byte) 0xFF || jpeg[frame + 1] != (byte) 0xC0) {
            frame++;
        }
        ByteBuffer header = ByteBuffer.wrap(jpeg);
        header.putShort(frame + 5, (short) (header.getShort(frame + 5) + 16));
        byte[] markers = new byte[2_000_000];
        for (int i = 0; i < markers.length; i += 2) {
            markers[i] = (byte) 0xFF;
            markers[i + 1] = 1;
        }
        byte[] hostile = Crafted.concat(Arrays.copyOf(jpeg, jpeg.length - END_MARKER), markers);

        // when
        ImageException rejection = assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> catchThrowableOfType(ImageException.class, () -> preprocessor.prepare(hostile)));

        // then
        assertThat(rejection.reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    /// Noise, as compressed data is, that ends like Samsung's. An end marker in it would be the image's.
    private static byte[] trailer(Random random, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        for (int i = 1; i < length; i++) {
            noise[i] = noise[i] == END[1] ? 0 : noise[i];
        }
        byte[] named = Crafted.concat(Crafted.ascii("\0\0\u0001\n\u000E\0\0\0Image_UTC_Data"), noise);
        return Crafted.concat(named, Crafted.ascii("SEFHk\0\0\0\u0001\0\0\0SEFT"));
    }

    private static byte[][] jpegs() throws Exception {
        Path images = Path.of("src", "test", "resources", "fixtures", "decode");
        return new byte[][] {
            TestImages.photo(160, 120, 1),
            Files.readAllBytes(images.resolve("jpeg-422-fine-400x300.jpg")),
            Files.readAllBytes(images.resolve("jpeg-restart-40x80.jpg")),
        };
    }

    private static ImagePreprocessor preprocessor(Codecs codecs) {
        return new ImagePreprocessor(
                TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN),
                DecodeMode.EXACT,
                ImageLimits.DEFAULT,
                ImageFormats.all(codecs));
    }
}
