package dev.clipstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SyntheticPicturesTest {

    @Test
    void theSamePicturesAreMadeEveryTime() {
        List<byte[]> once = SyntheticPictures.jpegs(3, 96, 64);
        List<byte[]> again = SyntheticPictures.jpegs(3, 96, 64);

        assertThat(once).hasSize(3).usingElementComparator(Arrays::compare).containsExactlyElementsOf(again);
    }

    @Test
    void noTwoAreAlike() {
        List<byte[]> jpegs = SyntheticPictures.jpegs(8, 32, 32);

        assertThat(jpegs.stream().map(Arrays::hashCode).distinct()).hasSize(8);
    }

    @Test
    void theyAreJpegsOfTheSizeAskedFor() throws IOException {
        byte[] jpeg = SyntheticPictures.jpegs(1, 96, 64).getFirst();

        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(jpeg));

        assertThat(jpeg).startsWith(0xFF, 0xD8, 0xFF);
        assertThat(List.of(decoded.getWidth(), decoded.getHeight())).containsExactly(96, 64);
    }
}
