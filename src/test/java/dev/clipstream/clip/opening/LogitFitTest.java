package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.onnx.OnnxTowers.Logit;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class LogitFitTest {
    @Test
    void slopeAndInterceptAreScaleAndBias() {
        // given logits as 32-bit floats give them
        List<Logit> logits = DoubleStream.of(0.11, 0.13, 0.145, 0.2, 0.21)
                .mapToObj(cosine -> new Logit(cosine, (float) (112.25 * cosine - 16.5)))
                .toList();

        // when
        LogitFit fit = LogitFit.of(logits).orElseThrow();

        // then
        assertThat(fit.scale()).isEqualTo(112.25);
        assertThat(fit.bias()).isEqualTo(-16.5);
        assertThat(fit.linear(1e-4)).isTrue();
    }

    @Test
    void aModelWithoutBiasHasNone() {
        LogitFit fit = LogitFit.of(List.of(new Logit(-0.2, -20), new Logit(0.3, 30), new Logit(0.1, 10)))
                .orElseThrow();

        assertThat(fit.scale()).isEqualTo(100);
        assertThat(fit.bias()).isZero();
    }

    @Test
    void logitsBesideTheLineAreNoticed() {
        // given one logit that belongs to another cosine, and logits that fall where cosines rise
        List<Logit> bent = List.of(new Logit(0, 0), new Logit(0.2, 20), new Logit(0.4, 25));
        List<Logit> falling = List.of(new Logit(0, 0), new Logit(0.2, -20));

        // when, then
        assertThat(LogitFit.of(bent).orElseThrow().linear(0.01)).isFalse();
        assertThat(LogitFit.of(falling).orElseThrow().linear(0.01)).isFalse();
    }

    @Test
    void cosinesThatLieTooCloseTogetherTellNothing() {
        assertThat(LogitFit.of(List.of())).isEmpty();
        assertThat(LogitFit.of(List.of(new Logit(0.2, 20), new Logit(0.2001, 20.1))))
                .isEmpty();
    }
}
