package dev.clipstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SyntheticImagesTest {

    @Test
    void imagesAreReproducible() {
        List<byte[]> once = SyntheticImages.jpegs(3, 96, 64);
        List<byte[]> again = SyntheticImages.jpegs(3, 96, 64);

        assertThat(once).hasSize(3).usingElementComparator(Arrays::compare).containsExactlyElementsOf(again);
    }

    @Test
    void allImagesDiffer() {
        List<byte[]> jpegs = SyntheticImages.jpegs(8, 32, 32);

        assertThat(jpegs.stream().map(Arrays::hashCode).distinct()).hasSize(8);
    }

    @Test
    void imagesAreJpegsOfTheRequestedSize() throws IOException {
        byte[] jpeg = SyntheticImages.jpegs(1, 96, 64).getFirst();

        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(jpeg));

        assertThat(jpeg).startsWith(0xFF, 0xD8, 0xFF);
        assertThat(List.of(decoded.getWidth(), decoded.getHeight())).containsExactly(96, 64);
    }
}
