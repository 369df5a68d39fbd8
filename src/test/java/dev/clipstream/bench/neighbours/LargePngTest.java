package dev.clipstream.bench.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LargePngTest {
    @Test
    void theImageIsAPngOfTheRequestedSizeWithDiagonalStripes() throws IOException {
        // when
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(LargePng.of(90, 70)));

        // then
        assertThat(decoded.getWidth()).isEqualTo(90);
        assertThat(decoded.getHeight()).isEqualTo(70);
        assertThat(decoded.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x010203);
        assertThat(decoded.getRGB(2, 5) & 0xFFFFFF).isEqualTo(0x0C0D0E);
        assertThat(decoded.getRGB(89, 69) & 0xFFFFFF)
                .isEqualTo((((268 + 69) & 0xFF) << 16) | (((269 + 69) & 0xFF) << 8) | ((270 + 69) & 0xFF));
    }

    @Test
    void manyPixelsAreFewBytes() {
        assertThat(LargePng.of(3_000, 1_000).length).isLessThan(3_000_000 / 20);
    }
}
