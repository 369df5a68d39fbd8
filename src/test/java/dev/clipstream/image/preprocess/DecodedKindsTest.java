package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.Pixels;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Small pictures of every kind that the six formats know, before any resizing, against Pillow's `convert("RGB")` of
/// each (upright as EXIF says).
class DecodedKindsTest {

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("kinds")
    void everyKindOfPictureDecodesAsInPillow(String name, String side, Codecs codecs) throws Exception {
        // given
        byte[] encoded = Files.readAllBytes(folder().resolve(name));
        RgbImage expected = TestPictures.rgb(Objects.requireNonNull(
                ImageIO.read(folder().resolve(name + ".png").toFile())));
        boolean interpolated = codecs == Codecs.PORTABLE && isLossyWebp(name);

        // when
        RgbImage decoded = decode(encoded, codecs);

        // then
        Difference difference = Difference.between(decoded, expected);
        if (interpolated) {
            assertThat(difference.mean()).isLessThanOrEqualTo(1.1);
        } else {
            assertThat(difference).isEqualTo(Difference.NONE);
        }
    }

    private static boolean isLossyWebp(String name) {
        return name.startsWith("webp-lossy") || name.startsWith("webp-alpha") || name.startsWith("webp-anim");
    }

    private static RgbImage decode(byte[] encoded, Codecs codecs) throws ImageException {
        EncodedImage picture = ImageFormats.all(codecs).read(encoded);
        try (Pixels seen = picture.orientation().apply(picture.decode(1))) {
            byte[] rgb = new byte[seen.width() * seen.height() * 3];
            byte[] row = new byte[seen.width() * 3];
            for (int y = 0; y < seen.height(); y++) {
                seen.row(y, 0, seen.width(), row);
                System.arraycopy(row, 0, rgb, y * row.length, row.length);
            }
            return new RgbImage(seen.width(), seen.height(), rgb);
        }
    }

    static List<Arguments> kinds() throws IOException, URISyntaxException {
        try (Stream<Path> found = Files.list(folder())) {
            List<Arguments> kinds = found.map(path -> path.getFileName().toString())
                    .filter(name -> Files.exists(path(name + ".png")))
                    .sorted()
                    .flatMap(name -> Stream.of(
                            Arguments.of(name, "native", Codecs.NATIVE),
                            Arguments.of(name, "portable", Codecs.PORTABLE)))
                    .toList();
            assertThat(kinds).hasSizeGreaterThan(300);
            return kinds;
        }
    }

    private static Path path(String name) {
        try {
            return folder().resolve(name);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("The test's resources were expected on the class path", impossible);
        }
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(DecodedKindsTest.class.getResource("/fixtures/decode"))
                .toURI());
    }
}
