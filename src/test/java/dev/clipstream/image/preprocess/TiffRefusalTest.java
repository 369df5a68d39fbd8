package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A TIFF whose pixels cannot be read is rejected with the cause. No part that was not read becomes an image.
class TiffRefusalTest {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int COMPRESSION = 259;
    private static final int STRIP_OFFSETS = 273;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTES = 279;
    private static final int T4_OPTIONS = 292;

    private final ImagePreprocessor preprocessor = new ImagePreprocessor(
            TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN), DecodeMode.EXACT, ImageLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(
            strings = {"tiff-fax-noise-g31d-33x47.tiff", "tiff-fax-noise-g32d-33x47.tiff", "tiff-group4-33x47.tiff"})
    void aFaxWithFewerBytesThanRowsIsRejectedAtAnyLength(String name) throws Exception {
        // given
        byte[] whole = fixture(name);
        int length = whole(whole, STRIP_BYTES);

        for (int kept = 1; kept < length - 8; kept++) {
            byte[] cut = with(whole, STRIP_BYTES, kept);

            // then
            assertThatThrownBy(() -> preprocessor.prepare(cut))
                    .isInstanceOfSatisfying(
                            ImageException.class,
                            rejection -> assertThat(rejection.reason()).isEqualTo(RejectionReason.TRUNCATED))
                    .hasMessageNotContaining("Exception");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tiff-fax-noise-g31d-33x47.tiff, 4",
        "tiff-fax-noise-g32d-33x47.tiff, 4",
        "tiff-fax-noise-g31d-33x47.tiff, 2",
        "tiff-group4-33x47.tiff, 3",
        "tiff-group4-33x47.tiff, 2",
        "tiff-group4-33x47.tiff, 32771"
    })
    void aFaxOfAnotherGroupIsRejected(String name, int compression) throws Exception {
        byte[] mislabelled = with(fixture(name), COMPRESSION, compression);

        assertThatThrownBy(() -> preprocessor.prepare(mislabelled))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("fax")
                .hasMessageNotContaining("Exception");
    }

    @Test
    void aTwoDimensionalFaxWithoutItsOptionIsRejected() throws Exception {
        byte[] plain = with(fixture("tiff-fax-noise-g32d-33x47.tiff"), T4_OPTIONS, 0);

        assertThatThrownBy(() -> preprocessor.prepare(plain))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("fax");
    }

    @Test
    void aFaxOfNoiseIsRejected() throws Exception {
        Random random = new Random(4);
        for (String name : new String[] {"tiff-fax-noise-g31d-33x47.tiff", "tiff-group4-33x47.tiff"}) {
            byte[] fax = fixture(name);
            int from = whole(fax, STRIP_OFFSETS);
            for (int i = 0; i < 200; i++) {
                byte[] noise = new byte[whole(fax, STRIP_BYTES)];
                random.nextBytes(noise);
                byte[] broken = fax.clone();
                System.arraycopy(noise, 0, broken, from, noise.length);

                assertThatThrownBy(() -> preprocessor.prepare(broken)).isInstanceOf(ImageException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            258 |    32 | grey TIFF of 1 or 2 samples of 1, 2, 4, 8, 12 or 16 bits, found 1 of 32 bits
            259 |     6 | JPEG compression of the old style (6)
            259 | 34712 | JPEG 2000 compression (34712)
            259 | 50000 | Zstandard compression (50000)
            262 |     8 | CIE L*a*b* (photometric 8)
            262 | 32803 | a camera's raw samples (photometric 32803)
            262 |     6 | YCbCr with no compression
            """)
    void aRefusalNamesItsCause(int tag, int value, String cause) throws Exception {
        // given
        byte[] tiff = with(fixture("tiff-None-l-33x47.tiff"), tag, value);

        // when
        ImageException rejection = catchThrowableOfType(ImageException.class, () -> preprocessor.prepare(tiff));

        // then
        assertThat(rejection.reason()).isEqualTo(RejectionReason.UNSUPPORTED_FORMAT);
        assertThat(rejection).hasMessageContaining(cause).hasMessageContaining("Save it as 8-bit RGB");
    }

    @ParameterizedTest
    @CsvSource({"2, signed integers of 8 bits", "3, floating-point numbers of 8 bits"})
    void aRefusalNamesTheSampleFormat(int format, String cause) {
        byte[] tiff = Crafted.tiffOfSampleFormat(format);

        assertThatThrownBy(() -> preprocessor.prepare(tiff))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(cause);
    }

    @Test
    void aStripThatIsLeftOutIsRejected() throws Exception {
        byte[] sparse = with(fixture("tiff-None-l-33x47.tiff"), STRIP_OFFSETS, 0);

        assertThatThrownBy(() -> preprocessor.prepare(sparse))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("found one that is left out");
    }

    @Test
    void aDirectoryAtTheLargestPositionIsBeyondTheEnd() {
        byte[] tiff = bigTiff(0, new long[0][]);
        ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN).putLong(8, Long.MAX_VALUE);

        assertThatThrownBy(() -> preprocessor.prepare(tiff))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        rejection -> assertThat(rejection.reason()).isEqualTo(RejectionReason.TRUNCATED))
                .hasMessageNotContaining("Exception");
    }

    @Test
    void stripsWhoseLengthsOverflowShareBytes() {
        int strips = 6; // the sum of their lengths is -6 in 64 bits
        long[][] entries = {
            {256, 3, 1, 4},
            {257, 3, 1, strips},
            {258, 3, 1, 8},
            {259, 3, 1, 5},
            {262, 3, 1, 1},
            {273, 1, strips, 0x101010101010L},
            {277, 3, 1, 1},
            {278, 3, 1, 1},
            {279, 16, strips, 16 + 8 + 9 * 20}
        };
        byte[] tiff = bigTiff(strips, entries);
        ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= strips; i++) {
            file.putLong(tiff.length - 8 * i, Long.MAX_VALUE);
        }

        assertThatThrownBy(() -> preprocessor.prepare(tiff))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("TIFF tiles that share no bytes");
    }

    @Test
    void aFaxOfManyPixelsHasMoreBytesThanRows() throws Exception {
        byte[] fax = fixture("tiff-group4-33x47.tiff");
        byte[] wide = with(with(with(fax, WIDTH, 50_000), HEIGHT, 2000), ROWS_PER_STRIP, 2000);

        assertThatThrownBy(() -> preprocessor.check(Arrays.copyOf(wide, 1500)))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        rejection -> assertThat(rejection.reason()).isEqualTo(RejectionReason.TRUNCATED));
        assertThat(preprocessor.check(Arrays.copyOf(wide, 1600))).isEqualTo(100_000_000);
    }

    /// Returns a little-endian BigTIFF.
    ///
    /// @param numbers of 8 bytes behind the directory
    /// @param entries tag, type, count and value
    private static byte[] bigTiff(int numbers, long[][] entries) {
        byte[] tiff = new byte[16 + 8 + entries.length * 20 + 8 * numbers];
        ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        file.put(Crafted.ascii("II+\0")).putInt(8).putLong(16).putLong(entries.length);
        for (long[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) entry[1]).putLong(entry[2]);
            file.putLong(entry[3]);
        }
        return tiff;
    }

    private static byte[] fixture(String name) throws IOException {
        return Files.readAllBytes(Path.of("src", "test", "resources", "fixtures", "decode", name));
    }

    private static byte[] with(byte[] tiff, int tag, int value) {
        byte[] changed = tiff.clone();
        ByteBuffer file = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        int entry = entry(file, tag);
        if (file.getShort(entry + 2) == 3) {
            file.putShort(entry + 8, (short) value);
        } else {
            file.putInt(entry + 8, value);
        }
        return changed;
    }

    private static int whole(byte[] tiff, int tag) {
        ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        int entry = entry(file, tag);
        return file.getShort(entry + 2) == 3 ? Short.toUnsignedInt(file.getShort(entry + 8)) : file.getInt(entry + 8);
    }

    private static int entry(ByteBuffer file, int tag) {
        int directory = file.getInt(4);
        for (int i = 0; i < file.getShort(directory); i++) {
            int entry = directory + 2 + 12 * i;
            if (Short.toUnsignedInt(file.getShort(entry)) == tag && file.getInt(entry + 4) == 1) {
                return entry;
            }
        }
        throw new IllegalArgumentException("Expected tag " + tag + " with one value, found none.");
    }
}
