package dev.clipstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentilesTest {

    /// The worked example of the nearest-rank method on Wikipedia's page on percentiles.
    @ParameterizedTest
    @CsvSource({"0, 15", "5, 15", "30, 20", "40, 20", "50, 35", "100, 50"})
    void nearestRanksMatchTheDefinition(double percent, double expected) {
        Percentiles percentiles = new Percentiles(new double[] {40, 15, 50, 20, 35});

        assertThat(percentiles.at(percent)).isEqualTo(expected);
    }

    @Test
    void theNinetyNinthOfAThousandLeavesTenAbove() {
        double[] values =
                IntStream.rangeClosed(1, 1000).mapToDouble(i -> 1001 - i).toArray();

        assertThat(new Percentiles(values).at(99)).isEqualTo(990);
        assertThat(values[0]).as("the caller's values keep their order").isEqualTo(1000);
    }

    @Test
    void aSingleValueIsEveryPercentile() {
        Percentiles percentiles = new Percentiles(new double[] {7});

        assertThat(new double[] {percentiles.at(0), percentiles.at(50), percentiles.at(100)})
                .containsOnly(7);
    }
}
