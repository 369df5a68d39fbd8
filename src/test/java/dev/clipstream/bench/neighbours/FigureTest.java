package dev.clipstream.bench.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.bench.neighbours.NeighboursMeasurements.Figure;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static final Figure FIGURE = Figure.of(List.of(1.5, 0.9, 1.1));

    @Test
    void aFigureHasTheSpreadOfItsRounds() {
        assertThat(FIGURE).isEqualTo(new Figure(1.1, 0.9, 1.5, null));
        assertThat(Figure.of(List.of(3.0, 1.0))).isEqualTo(new Figure(2, 1, 3, null));
    }

    @Test
    void itsMedianMeetsATargetOrMissesIt() {
        assertThat(FIGURE.atMost(1.1).target()).isEqualTo(new Target("at most", 1.1, true));
        assertThat(FIGURE.atMost(1.09).target()).isEqualTo(new Target("at most", 1.09, false));
        assertThat(FIGURE.atLeast(1.1).target()).isEqualTo(new Target("at least", 1.1, true));
        assertThat(FIGURE.atLeast(1.2).target()).isEqualTo(new Target("at least", 1.2, false));
    }
}
