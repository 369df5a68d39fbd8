package dev.clipstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class NormalizerTest {
    private static final Preprocessing CLIP = new Preprocessing(
            2,
            2,
            Preprocessing.Fit.CROP,
            Preprocessing.Filter.BICUBIC,
            Preprocessing.CropRounding.HALF_EVEN,
            new Preprocessing.Channels(0.48145467f, 0.4578275f, 0.40821072f),
            new Preprocessing.Channels(0.26862955f, 0.2613026f, 0.2757771f));

    @Test
    void planesFollowEachOtherAndSamplesAreThoseOfTorchvision() {
        // given: (v / 255 - mean) / std by NumPy for 0, 1, 128 and 255 in float32, CLIP's mean and std
        RgbImage image = new RgbImage(2, 2, new byte[] {0, 0, 0, 1, 1, 1, -128, -128, -128, -1, -1, -1});
        FloatBuffer nchw = FloatBuffer.allocate(14);
        nchw.put(7f);

        // when
        new Normalizer(CLIP).write(image, nchw);

        // then
        assertThat(nchw.position()).isEqualTo(13);
        assertThat(nchw.array())
                .containsExactly(
                        7f,
                        -1.7922626f,
                        -1.7776641f,
                        0.076336145f,
                        1.9303361f,
                        -1.7520971f,
                        -1.7370893f,
                        0.16889732f,
                        2.0748837f,
                        -1.4802198f,
                        -1.4659997f,
                        0.33994877f,
                        2.145897f,
                        0f);
    }

    @Test
    void aBufferWithoutRoomIsRefused() {
        // given
        RgbImage image = new RgbImage(2, 2, new byte[12]);

        // then
        assertThatThrownBy(() -> new Normalizer(CLIP).write(image, FloatBuffer.allocate(11)))
                .isInstanceOf(BufferOverflowException.class);
    }
}
