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

/// Compares awkward images with the output of Pillow's CLIP transform.
class FixtureImagesTest {
    private static final Preprocessing CLIP = TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN);

    @ParameterizedTest
    @MethodSource("images")
    void exactModeWithNativeDecodersEqualsPillowBitForBit(Path image) throws Exception {
        // given
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(CLIP, DecodeMode.EXACT, ImageLimits.DEFAULT, ImageFormats.all(Codecs.NATIVE));

        // when
        PreparedImage prepared = preprocessor.prepare(Files.readAllBytes(image));

        // then
        assertThat(Difference.between(prepared.modelInput(), reference(image))).isEqualTo(Difference.NONE);
    }

    @ParameterizedTest
    @MethodSource("images")
    void exactModeWithPortableDecodersEqualsPillowBitForBit(Path image) throws Exception {
        // given
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(CLIP, DecodeMode.EXACT, ImageLimits.DEFAULT, ImageFormats.all(Codecs.PORTABLE));
        boolean lossyWebp = image.endsWith("photo.webp");

        // when
        PreparedImage prepared = preprocessor.prepare(Files.readAllBytes(image));

        // then
        Difference difference = Difference.between(prepared.modelInput(), reference(image));
        if (lossyWebp) {
            assertThat(difference.mean()).isLessThanOrEqualTo(1.1);
        } else {
            assertThat(difference).isEqualTo(Difference.NONE);
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void fastModeDiffersByAtMostThreeLevelsFromPillow(Path image) throws Exception {
        // given
        ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP, DecodeMode.FAST, ImageLimits.DEFAULT);

        // when
        PreparedImage prepared = preprocessor.prepare(Files.readAllBytes(image));

        // then
        Difference difference = Difference.between(prepared.modelInput(), reference(image));
        assertThat(difference.largest()).isLessThanOrEqualTo(3);
        assertThat(difference.mean()).isLessThanOrEqualTo(0.3);
        assertThat(difference.oneMinusCosine()).isLessThanOrEqualTo(1e-5);
    }

    static List<Path> images() throws IOException, URISyntaxException {
        try (Stream<Path> found = Files.list(fixtures().resolve("images"))) {
            List<Path> images = found.sorted().toList();
            assertThat(images).hasSizeGreaterThanOrEqualTo(21);
            return images;
        }
    }

    private static RgbImage reference(Path image) throws IOException, URISyntaxException {
        Path file = fixtures().resolve("reference").resolve(image.getFileName() + ".224.png");
        return TestImages.rgb(Objects.requireNonNull(ImageIO.read(file.toFile())));
    }

    private static Path fixtures() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(FixtureImagesTest.class.getResource("/fixtures"))
                .toURI());
    }
}
