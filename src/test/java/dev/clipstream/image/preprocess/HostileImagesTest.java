package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.Pixels;
import dev.clipstream.image.jpeg.JpegDecoder;
import dev.clipstream.image.jpeg.JpegFile;
import dev.clipstream.image.jpeg.JpegFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Any bytes yield an image or an [ImageException], quickly and with little memory.
class HostileImagesTest {
    private static final Preprocessing CLIP = TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN);
    private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 4_000_000);
    private static final int CUTS = 20;
    private static final int DAMAGES = 40;

    @ParameterizedTest
    @MethodSource("imagesAndCodecs")
    void aTruncatedImageIsDecodedOrRejected(Path image, Codecs codecs) throws Exception {
        // given
        byte[] whole = Files.readAllBytes(image);
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.FAST, LIMITS, ImageFormats.all(codecs));

        for (int cut = 0; cut < CUTS; cut++) {
            // when
            byte[] part = Arrays.copyOf(whole, (int) ((long) whole.length * cut / CUTS));

            // then
            outcome(preprocessor, part);
        }
        for (int length = 0; length < Math.min(64, whole.length); length += 7) {
            outcome(preprocessor, Arrays.copyOf(whole, length));
        }
    }

    @ParameterizedTest
    @MethodSource("imagesAndCodecs")
    void anImageWithoutItsSecondHalfIsRejectedAsTruncated(Path image, Codecs codecs) throws Exception {
        // given
        byte[] whole = Files.readAllBytes(image);
        boolean animated = image.endsWith("animated.gif");
        byte[] half = Arrays.copyOf(whole, whole.length / (animated ? 20 : 2));
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(CLIP, DecodeMode.EXACT, LIMITS, ImageFormats.all(codecs));

        // when
        ImageException rejection = catchThrowableOfType(ImageException.class, () -> preprocessor.prepare(half));

        // then
        assertThat(rejection.reason()).isEqualTo(RejectionReason.TRUNCATED);
        assertThat(rejection).hasMessageContaining("Send the whole file");
    }

    @ParameterizedTest
    @MethodSource("imagesAndCodecs")
    void aDamagedImageIsDecodedOrRejected(Path image, Codecs codecs) throws Exception {
        // given
        byte[] whole = Files.readAllBytes(image);
        Random random = new Random(image.getFileName().toString().hashCode());
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(CLIP, DecodeMode.EXACT, LIMITS, ImageFormats.all(codecs));

        for (int damage = 0; damage < DAMAGES; damage++) {
            // when: most of the damage is done to the header
            byte[] damaged = whole.clone();
            int reach = damage % 3 == 0 ? whole.length : Math.min(whole.length, 256);
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                damaged[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
            }

            // then
            outcome(preprocessor, damaged);
        }
    }

    @Test
    void garbageAfterTheMagicBytesIsRejected() throws Exception {
        // given
        List<byte[]> magics = Stream.of(
                        "\u00FF\u00D8\u00FF",
                        "\u0089PNG\r\n\u001A\n",
                        "RIFF@\0\0\0WEBPVP8 ",
                        "GIF89a",
                        "BM",
                        "II*\0",
                        "")
                .map(Crafted::ascii)
                .toList();
        Random random = new Random(42);
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.FAST, LIMITS);
        int rejected = 0;

        // when
        for (int i = 0; i < 700; i++) {
            byte[] magic = magics.get(i % magics.size());
            byte[] garbage = new byte[magic.length + random.nextInt(2000)];
            random.nextBytes(garbage);
            System.arraycopy(magic, 0, garbage, 0, magic.length);
            rejected += outcome(preprocessor, garbage) ? 0 : 1;
        }

        // then
        assertThat(rejected).isGreaterThan(600);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void aDecompressionBombIsRejectedBeforeItExpands(String name, byte[] bomb, RejectionReason reason) {
        // given
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.FAST, ImageLimits.DEFAULT);

        // when
        ImageException rejection = catchThrowableOfType(ImageException.class, () -> preprocessor.prepare(bomb));

        // then
        assertThat(rejection.reason()).isEqualTo(reason);
    }

    @Test
    void aBombIsRejectedByItsHeader() {
        // given
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.FAST, ImageLimits.DEFAULT);

        // when
        ImageException rejection =
                catchThrowableOfType(ImageException.class, () -> preprocessor.check(Crafted.losslessWebp(10_000)));

        // then
        assertThat(rejection)
                .hasMessage("Expected at least 3019 bytes for an image of 10000 x 10000 pixels, found 34."
                        + " Send the whole file, or fewer pixels.");
    }

    /// Images of one colour are the smallest that encoders write.
    @ParameterizedTest
    @ValueSource(strings = {"lossless.webp", "lossy.webp", "palette.gif", "palette.png", "progressive.jpg", "fax.tif"})
    void aLargeImageOfOneColourIsNoBomb(String name) throws Exception {
        // given
        byte[] encoded = Files.readAllBytes(Path.of("src", "test", "resources", "fixtures", "solid", name));
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.FAST, ImageLimits.DEFAULT);

        // when
        PreparedImage prepared = preprocessor.prepare(encoded);

        // then
        assertThat(prepared.width()).isEqualTo(3000);
        byte[] pixels = prepared.modelInput().pixels();
        for (int i = 3; i < pixels.length; i++) {
            assertThat(Math.abs(pixels[i] - pixels[i - 3])).isLessThan(3);
        }
    }

    @Test
    void compressedTextAndProfilesAreNotDecompressed() throws Exception {
        // given
        byte[] text = Crafted.concat(Crafted.ascii("comment\0\0"), Crafted.deflatedZeros(64 << 20));
        byte[] pixels = Crafted.deflatedZeros(14);
        byte[] png = Crafted.png(
                2, 2, Crafted.chunk("iCCP", text), Crafted.chunk("zTXt", text), Crafted.chunk("IDAT", pixels));
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.FAST, ImageLimits.DEFAULT);

        // when
        PreparedImage prepared = preprocessor.prepare(png);

        // then
        assertThat(prepared.width()).isEqualTo(2);
        assertThat(prepared.modelInput().pixels()).containsOnly(0);
    }

    @Test
    void anImageAtTheLimitsIsAcceptedAndOneBeyondThemIsRejected() throws Exception {
        // given
        byte[] png = Crafted.png(20, 10, Crafted.chunk("IDAT", Crafted.deflatedZeros(61 * 10)));
        ImagePreprocessor enough = new ImagePreprocessor(CLIP, DecodeMode.FAST, new ImageLimits(png.length, 200));
        ImagePreprocessor fewerBytes =
                new ImagePreprocessor(CLIP, DecodeMode.FAST, new ImageLimits(png.length - 1, 200));
        ImagePreprocessor fewerPixels = new ImagePreprocessor(CLIP, DecodeMode.FAST, new ImageLimits(png.length, 199));

        // when
        PreparedImage prepared = enough.prepare(png);
        ImageException bytes = catchThrowableOfType(ImageException.class, () -> fewerBytes.prepare(png));
        ImageException pixels = catchThrowableOfType(ImageException.class, () -> fewerPixels.prepare(png));

        // then
        assertThat(prepared.height()).isEqualTo(10);
        assertThat(bytes.reason()).isEqualTo(RejectionReason.TOO_LARGE);
        assertThat(pixels.reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
        assertThat(pixels).hasMessageContaining("at most 199 pixels").hasMessageContaining("20 x 10");
    }

    @Test
    void anImageThatNeedsMoreThanTheDecodeMemoryIsRejectedBeforeItIsDecoded() throws Exception {
        // given: an image without pixels, which decoding would reject as truncated
        byte[] gif = Crafted.concat(Crafted.gif(1000), new byte[3000]);
        ImagePreprocessor tight =
                new ImagePreprocessor(CLIP, DecodeMode.FAST, new ImageLimits(1 << 20, 1 << 20, 1 << 20));
        ImagePreprocessor roomy =
                new ImagePreprocessor(CLIP, DecodeMode.FAST, new ImageLimits(1 << 20, 1 << 20, 1 << 23));

        // when
        ImageException tooLittle = catchThrowableOfType(ImageException.class, () -> tight.prepare(gif));
        ImageException enough = catchThrowableOfType(ImageException.class, () -> roomy.prepare(gif));

        // then
        assertThat(tooLittle.reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
        assertThat(tooLittle).hasMessageContaining("within 1 MiB").hasMessageContaining("-Xmx");
        assertThat(enough.reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    @Test
    void anOutOfMemoryErrorIsARetryableRejection() throws Exception {
        // given
        byte[] photo = TestImages.photo(64, 48, 1);
        ImagePreprocessor inAFullHeap = new ImagePreprocessor(
                CLIP, DecodeMode.FAST, LIMITS, new ImageFormats(List.of(new JpegFormat(new FullHeap(2)))));

        // when
        ImageException refused = catchThrowableOfType(ImageException.class, () -> inAFullHeap.prepare(photo));

        // then
        assertThat(refused.reason()).isEqualTo(RejectionReason.DECODE_OUT_OF_MEMORY);
        assertThat(refused.reason().retryable()).isTrue();
        assertThat(refused).hasCauseInstanceOf(OutOfMemoryError.class).hasMessageContaining("-Xmx");
    }

    @Test
    void anImageThatFoundTheHeapFullIsDecodedAlone() throws Exception {
        // given
        byte[] photo = TestImages.photo(64, 48, 1);
        ImagePreprocessor busy = new ImagePreprocessor(
                CLIP, DecodeMode.FAST, LIMITS, new ImageFormats(List.of(new JpegFormat(new FullHeap(1)))));

        // when
        PreparedImage prepared = busy.prepare(photo);

        // then
        assertThat(prepared.width()).isEqualTo(64);
    }

    /// A decoder that finds no memory for its arrays.
    private static final class FullHeap implements JpegDecoder {
        private final JpegDecoder counting = JpegDecoder.of(Codecs.PORTABLE);
        private int times;

        FullHeap(int times) {
            this.times = times;
        }

        @Override
        public Pixels decode(JpegFile jpeg, int reduction) throws ImageException {
            if (times-- > 0) {
                throw new OutOfMemoryError("Java heap space");
            }
            return counting.decode(jpeg, reduction);
        }

        @Override
        public Footprint footprint(long pixels, int components, int reduction) {
            return counting.footprint(pixels, components, reduction);
        }
    }

    static Stream<Arguments> bombs() throws Exception {
        return Stream.of(
                Arguments.of("no bytes", new byte[0], RejectionReason.EMPTY),
                Arguments.of("text", Crafted.ascii("hello, world"), RejectionReason.UNSUPPORTED_FORMAT),
                Arguments.of("a PNG of 60,000 squared", Crafted.png(60_000, 60_000), RejectionReason.TOO_MANY_PIXELS),
                Arguments.of(
                        "a PNG of 2^31 - 1 squared",
                        Crafted.png(Integer.MAX_VALUE, Integer.MAX_VALUE),
                        RejectionReason.TOO_MANY_PIXELS),
                Arguments.of("a PNG of one long row", Crafted.png(90_000_000, 1), RejectionReason.TOO_MANY_PIXELS),
                Arguments.of("a GIF of 60,000 squared", Crafted.gif(60_000), RejectionReason.TOO_MANY_PIXELS),
                Arguments.of("a GIF of 5,000 squared in one code", Crafted.gif(5_000), RejectionReason.TRUNCATED),
                Arguments.of("a BMP of 60,000 squared", Crafted.bmp(60_000), RejectionReason.TOO_MANY_PIXELS),
                Arguments.of("a BMP of 5,000 squared without pixels", Crafted.bmp(5_000), RejectionReason.TRUNCATED),
                Arguments.of("a JPEG of 60,000 squared", Crafted.jpeg(60_000, 1), RejectionReason.TOO_MANY_PIXELS),
                Arguments.of("a JPEG of 10,000 scans", Crafted.jpeg(16, 10_000), RejectionReason.CORRUPT),
                Arguments.of("a lossless WebP of 34 bytes", Crafted.losslessWebp(10_000), RejectionReason.TRUNCATED),
                Arguments.of(
                        "a large canvas around one pixel", Crafted.gifOfOnePixel(9_000), RejectionReason.TRUNCATED),
                Arguments.of("a WebP unlike its canvas", Crafted.webp(16_000), RejectionReason.CORRUPT),
                Arguments.of(
                        "a TIFF of 60,000 squared", Crafted.tiff(60_000, 1, 60_000), RejectionReason.TOO_MANY_PIXELS),
                Arguments.of("a TIFF of too few bytes", Crafted.tiff(5_000, 1, 5_000), RejectionReason.TRUNCATED),
                Arguments.of("a TIFF of rows without end", Crafted.tiff(100, 5, -1), RejectionReason.TRUNCATED),
                Arguments.of(
                        "a TIFF of a million strips", Crafted.tiffOfStrips(1, 1 << 20, 0), RejectionReason.CORRUPT),
                Arguments.of(
                        "a TIFF whose strips all are the whole file",
                        Crafted.tiffOfStrips(1, 1000, 8000),
                        RejectionReason.CORRUPT),
                Arguments.of("a PNG of a million chunks", Crafted.pngOfEmptyChunks(1 << 20), RejectionReason.CORRUPT),
                Arguments.of(
                        "a TIFF of old-style JPEG", Crafted.tiff(100, 6, 100), RejectionReason.UNSUPPORTED_FORMAT));
    }

    @Test
    void theJpegTablesOfATiffAreLimited() {
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.EXACT, LIMITS);

        ImageException rejection =
                catchThrowableOfType(ImageException.class, () -> preprocessor.prepare(Crafted.tiffOfTables(60_000)));

        assertThat(rejection)
                .hasMessage(
                        "Expected JPEG tables of at most 4096 bytes in a TIFF, found 60000. Encode the image again.");
    }

    static Stream<Arguments> imagesAndCodecs() throws Exception {
        return FixtureImagesTest.images().stream()
                .flatMap(image -> Stream.of(Codecs.NATIVE, Codecs.PORTABLE).map(codecs -> Arguments.of(image, codecs)));
    }

    /// Returns whether the image was decoded. Any exception but an [ImageException] fails the test.
    private static boolean outcome(ImagePreprocessor preprocessor, byte[] bytes) {
        try {
            PreparedImage prepared = preprocessor.prepare(bytes);
            assertThat(prepared.modelInput().width()).isEqualTo(224);
            return true;
        } catch (ImageException rejection) {
            assertThat(rejection.getMessage()).isNotBlank();
            return false;
        }
    }
}
