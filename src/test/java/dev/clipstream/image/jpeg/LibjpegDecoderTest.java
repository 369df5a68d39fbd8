package dev.clipstream.image.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.Libjpeg;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Compares the rows that libjpeg-turbo decodes on demand with those of a whole decode by the same library.
class LibjpegDecoderTest {
    private static final int[] REDUCTIONS = {1, 2, 4};
    private static final int WINDOWS = 6;
    private static final int DAMAGED = 60;

    private final JpegDecoder whole = new LeptonicaJpegDecoder(new JdkJpegDecoder());
    private final JpegDecoder onDemand = new LibjpegDecoder(whole);
    private final Random random = new Random(20261201);

    @BeforeEach
    void requiresTheNativeLibrary() {
        assumeTrue(Libjpeg.isAvailable(), "libjpeg-turbo does not load on this platform");
    }

    @Test
    void anyPartOfAnyJpegEqualsThatOfAWholeDecode() throws Exception {
        int own = 0;
        for (byte[] file : jpegs()) {
            // given
            Optional<JpegFile> jpeg = parsed(file);
            if (jpeg.isEmpty()) {
                continue;
            }
            own += PlainHeader.isOf(jpeg.get()) ? 1 : 0;
            for (int reduction : REDUCTIONS) {
                for (int i = 0; i < WINDOWS; i++) {
                    // when
                    Window window = new Window(
                            random,
                            Math.ceilDiv(jpeg.get().width(), reduction),
                            Math.ceilDiv(jpeg.get().height(), reduction));
                    Object found = window.of(onDemand, jpeg.get(), reduction);

                    // then
                    assertThat(found)
                            .as(
                                    "%d x %d / %d, %s",
                                    jpeg.get().width(), jpeg.get().height(), reduction, window)
                            .isEqualTo(window.of(whole, jpeg.get(), reduction));
                }
            }
        }
        assertThat(own).isGreaterThan(20);
    }

    @Test
    void aDamagedJpegHasTheSameOutcomeAsInAWholeDecode() throws Exception {
        for (byte[] file : jpegs()) {
            for (int i = 0; i < DAMAGED; i++) {
                // given: a few bytes replaced, half of the times in the first part, where headers are
                byte[] damaged = file.clone();
                for (int k = 0; k <= i % 3; k++) {
                    damaged[random.nextInt(i % 2 == 0 ? Math.min(700, file.length) : file.length)] =
                            (byte) random.nextInt(256);
                }
                Optional<JpegFile> jpeg = parsed(damaged);
                if (jpeg.isEmpty() || (long) jpeg.get().width() * jpeg.get().height() > 4_000_000) {
                    continue;
                }

                // when
                Window window =
                        new Window(random, jpeg.get().width(), jpeg.get().height());
                Object found = window.of(onDemand, jpeg.get(), 1);

                // then
                assertThat(found).isEqualTo(window.of(whole, jpeg.get(), 1));
                assertThat(Libjpeg.isAvailable()).isTrue();
            }
        }
    }

    @Test
    void theFootprintOfAJpegIsThatOfItsFileAndAFewRows() throws Exception {
        // given
        BufferedImage image = new BufferedImage(2000, 3000, BufferedImage.TYPE_INT_RGB);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", file);
        JpegFile jpeg = parsed(file.toByteArray()).orElseThrow();

        // then
        assertThat(onDemand.footprint(jpeg, 1).total()).isBetween((long) file.size() / 2, file.size() + 1_000_000L);
        assertThat(whole.footprint(jpeg, 1).total()).isEqualTo(4L * 2000 * 3000);
    }

    /// A part of an image, read by rows with gaps.
    private record Window(int from, int to, List<Integer> rows) {
        Window(Random random, int width, int height) {
            this(random.nextInt(width), width, new ArrayList<>());
            int y = random.nextInt(height);
            while (y < height) {
                rows.add(y);
                y += 1 + (random.nextInt(8) == 0 ? random.nextInt(40) : 0);
            }
            if (random.nextBoolean()) {
                rows.subList(rows.size() / 2, rows.size()).clear();
            }
        }

        /// Returns the samples of all rows, or the reason of the rejection.
        Object of(JpegDecoder decoder, JpegFile jpeg, int reduction) {
            int end = from + Math.max(1, (to - from) * 2 / 3);
            byte[] row = new byte[(end - from) * 3];
            ByteArrayOutputStream samples = new ByteArrayOutputStream();
            try (Pixels pixels = decoder.decode(jpeg, reduction)) {
                for (int y : rows) {
                    pixels.row(y, from, end, row);
                    samples.writeBytes(row);
                }
                pixels.checkRest();
            } catch (ImageException rejected) {
                return rejected.reason();
            }
            return new String(samples.toByteArray(), StandardCharsets.ISO_8859_1);
        }
    }

    private static Optional<JpegFile> parsed(byte[] file) {
        try {
            return Optional.of(JpegFile.parse(new EncodedBytes(file)));
        } catch (ImageException refused) {
            return Optional.empty();
        }
    }

    private static List<byte[]> jpegs() throws IOException {
        List<byte[]> jpegs = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "resources", "fixtures"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jpg"))
                    .sorted()
                    .toList()) {
                jpegs.add(Files.readAllBytes(file));
            }
        }
        jpegs.add(withFactors(Files.readAllBytes(Path.of("src/test/resources/fixtures/images/grey.jpg")), (byte) 0x22));
        return jpegs;
    }

    /// Replaces the sampling factors of a grey JPEG, which do not matter for a single component.
    private static byte[] withFactors(byte[] grey, byte factors) {
        int frame = 2;
        while (grey[frame + 1] != (byte) 0xC0) {
            frame += 2 + ((grey[frame + 2] & 0xFF) << 8) + (grey[frame + 3] & 0xFF);
        }
        byte[] patched = grey.clone();
        patched[frame + 11] = factors;
        return patched;
    }
}
