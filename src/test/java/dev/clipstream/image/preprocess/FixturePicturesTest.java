package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.codec.Codecs;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each awkward picture against what Pillow's CLIP transform makes of it.
class FixturePicturesTest {
    private static final Preprocessing CLIP = TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN);

    @ParameterizedTest
    @MethodSource("pictures")
    void exactModeEqualsPillowToTheLastBitWithNativeDecoders(Path picture) throws Exception {
        // given
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(CLIP, DecodeMode.EXACT, ImageLimits.DEFAULT, ImageFormats.all(Codecs.NATIVE));

        // when
        PreparedImage prepared = preprocessor.prepare(Files.readAllBytes(picture));

        // then
        assertThat(Difference.between(prepared.modelInput(), reference(picture)))
                .isEqualTo(Difference.NONE);
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void exactModeEqualsPillowToTheLastBitWithPortableDecoders(Path picture) throws Exception {
        // given
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(CLIP, DecodeMode.EXACT, ImageLimits.DEFAULT, ImageFormats.all(Codecs.PORTABLE));
        boolean lossyWebp = picture.endsWith("photo.webp");

        // when
        PreparedImage prepared = preprocessor.prepare(Files.readAllBytes(picture));

        // then
        Difference difference = Difference.between(prepared.modelInput(), reference(picture));
        if (lossyWebp) {
            assertThat(difference.mean()).isLessThanOrEqualTo(1.1);
        } else {
            assertThat(difference).isEqualTo(Difference.NONE);
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void fastModeStaysWithinThreeLevelsOfPillow(Path picture) throws Exception {
        // given
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.FAST, ImageLimits.DEFAULT);

        // when
        PreparedImage prepared = preprocessor.prepare(Files.readAllBytes(picture));

        // then
        Difference difference = Difference.between(prepared.modelInput(), reference(picture));
        assertThat(difference.largest()).isLessThanOrEqualTo(3);
        assertThat(difference.mean()).isLessThanOrEqualTo(0.3);
        assertThat(difference.oneMinusCosine()).isLessThanOrEqualTo(1e-5);
    }

    static List<Path> pictures() throws IOException, URISyntaxException {
        try (Stream<Path> found = Files.list(fixtures().resolve("images"))) {
            List<Path> pictures = found.sorted().toList();
            assertThat(pictures).hasSizeGreaterThanOrEqualTo(21);
            return pictures;
        }
    }

    private static RgbImage reference(Path picture) throws IOException, URISyntaxException {
        Path file = fixtures().resolve("reference").resolve(picture.getFileName() + ".224.png");
        return TestPictures.rgb(Objects.requireNonNull(ImageIO.read(file.toFile())));
    }

    private static Path fixtures() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(FixturePicturesTest.class.getResource("/fixtures"))
                .toURI());
    }
}
