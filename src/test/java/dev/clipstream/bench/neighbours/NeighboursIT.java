package dev.clipstream.bench.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.bench.neighbours.NeighboursBenchmark.Extent;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Backfill;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Beside;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Commits;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.DeadLinks;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Latency;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Metadata;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Runs every scenario with few images. The results must be consistent on any machine.
class NeighboursIT {
    private static final int PARTITIONS = 4;
    private static final Extent EXTENT = new Extent(2, 50, 1, 2, 4, 200, 300, 40, 60);

    @Test
    void everyScenarioIsMeasuredInEachRound() throws Exception {
        // given
        List<String> talk = new ArrayList<>();
        Map<String, String> settings = Map.of(
                "clipstream.model.path",
                "src/test/resources/models/random-tiny",
                "clipstream.model.devices",
                "cpu",
                "clipstream.fetch.read-timeout",
                "200ms",
                "clipstream.fetch.max-attempts",
                "1");

        // when
        NeighboursMeasurements found =
                new NeighboursBenchmark(settings, EnumSet.allOf(Scenario.class), EXTENT, talk::add).run();

        // then
        assertThat(found.device()).isEqualTo("cpu");
        requireOrder(Objects.requireNonNull(found.quiet()));
        requireConsistent(Objects.requireNonNull(found.silent()), 2 * PARTITIONS);
        requireConsistent(Objects.requireNonNull(found.giants()), 4);
        DeadLinks links = Objects.requireNonNull(found.deadLinks());
        assertThat(links.dead()).isEqualTo(4);
        assertThat(links.perSecond()).isPositive();
        assertThat(links.besidePerSecond()).isPositive();
        assertThat(links.ratio().target()).isNotNull();
        Backfill backfill = Objects.requireNonNull(found.backfill());
        requireOrder(backfill.quiet());
        requireOrder(backfill.latency());
        assertThat(backfill.batchMillis()).isPositive();
        assertThat(backfill.p99Batches().target()).isNotNull();
        assertThat(backfill.perSecond()).isPositive();
        assertThat(backfill.besidePerSecond()).isPositive();
        Metadata metadata = Objects.requireNonNull(found.metadata());
        assertThat(metadata.eventsPerSecond()).isPositive();
        requireConsistent(Objects.requireNonNull(links.commits()));
        requireConsistent(Objects.requireNonNull(metadata.commits()));
        assertThat(talk)
                .contains("round 2 of 2: behind silent hosts", "round 2 of 2: behind large images")
                .anyMatch(line -> line.startsWith("dead links, pair 2 of 2"));
    }

    @Test
    void aDeviceThatDoesNothingTakesThePlaceOfTheBundledModel() throws Exception {
        // when
        NeighboursMeasurements found =
                new NeighboursBenchmark(Map.of(), Set.of(Scenario.METADATA), EXTENT, line -> {}).run();

        // then
        assertThat(found.device()).isEqualTo("no-op");
        assertThat(found.metadata()).isNotNull();
        assertThat(List.of(found)).allMatch(all -> all.quiet() == null && all.silent() == null);
    }

    private static void requireConsistent(Beside beside, int ahead) {
        assertThat(beside).isNotNull();
        assertThat(beside.ahead()).isEqualTo(ahead);
        requireOrder(beside.latency());
        assertThat(beside.p99Ratio().least())
                .isPositive()
                .isLessThanOrEqualTo(beside.p99Ratio().median());
        assertThat(beside.p99Ratio().most())
                .isGreaterThanOrEqualTo(beside.p99Ratio().median());
    }

    private static void requireConsistent(Commits commits) {
        assertThat(commits).isNotNull();
        assertThat(commits.count()).isPositive();
        assertThat(commits.encodingShare().median()).isPositive().isLessThan(1);
        assertThat(commits.meanCharacters()).isPositive().isLessThanOrEqualTo(commits.mostCharacters());
        assertThat(commits.mostCharacters()).isLessThanOrEqualTo(4_096);
    }

    private static void requireOrder(Latency latency) {
        assertThat(latency).isNotNull();
        assertThat(latency.vectorP50Millis()).isPositive().isLessThanOrEqualTo(latency.vectorP99Millis());
        assertThat(latency.tagsP50Millis()).isPositive().isLessThanOrEqualTo(latency.tagsP99Millis());
    }
}
