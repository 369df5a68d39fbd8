package dev.clipstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.Topics;
import dev.clipstream.fetch.Backoff;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.lucene.LuceneIndexFactory;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.embedding.EmbeddingTopology;
import dev.clipstream.topology.embedding.UploadLogs;
import dev.clipstream.topology.indexing.IndexingMetrics;
import dev.clipstream.topology.indexing.IndexingPipeline;
import dev.clipstream.topology.indexing.IndexingTopology;
import dev.clipstream.topology.tagging.TaggingTopology;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A change of a topology must be deliberate, because the names of nodes and stores are also names of topics and
/// state.
class PinnedTopologyTest {
    private static final Path FOLDER = Path.of("topologies");
    private static final MediaIndexes INDEXES =
            LuceneIndexFactory.inMemory(TopologyFixtures.CLOCK).open();
    private static final IndexingPipeline INDEXING = new IndexingPipeline(
            INDEXES.open(TopologyFixtures.MODEL),
            new IndexingPipeline.Limits(256, 0, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1))),
            new IndexingMetrics(new SimpleMeterRegistry(), TopologyFixtures.CLOCK));

    static Stream<Arguments> topologies() {
        StageMetrics metrics = new StageMetrics(new SimpleMeterRegistry(), "test");
        return Stream.of(
                Arguments.of(
                        EmbeddingTopology.NAME,
                        EmbeddingTopology.build(
                                Topics.DEFAULT,
                                UploadLogs.BY_NAME,
                                (event, urgency, progress) -> new CompletableFuture<>(),
                                TopologyFixtures.MODEL,
                                new StageLimits(256, 1 << 20, Duration.ofSeconds(60)),
                                TopicRules.NONE,
                                metrics,
                                TopologyFixtures.CLOCK)),
                Arguments.of(
                        TaggingTopology.NAME,
                        TaggingTopology.build(
                                Topics.DEFAULT,
                                new LiveTagger(TaggerSnapshot.of(TopologyFixtures.tagger("7"))),
                                TopicRules.NONE,
                                metrics,
                                TopologyFixtures.CLOCK)),
                Arguments.of(
                        IndexingTopology.NAME,
                        IndexingTopology.build(
                                Topics.DEFAULT,
                                INDEXING,
                                IndexingTopology.limits(256),
                                TopicRules.NONE,
                                metrics,
                                TopologyFixtures.CLOCK)));
    }

    @AfterAll
    static void close() {
        INDEXING.close();
        INDEXES.close();
    }

    @ParameterizedTest
    @MethodSource("topologies")
    void theTopologyEqualsItsPinnedDescription(String name, Topology topology) throws IOException {
        // given
        Path file = FOLDER.resolve(name + ".txt");
        List<String> pinned = Files.exists(file) ? Files.readAllLines(file) : List.of();

        // when
        List<String> built =
                topology.describe().toString().stripTrailing().lines().toList();

        // then
        assertThat(difference(pinned, built))
                .withFailMessage(() -> "The topology " + name + " is not the one in " + file
                        + " (- pinned, + built):\n\n"
                        + String.join("\n", difference(pinned, built)) + "\n\nIf you meant it, read "
                        + FOLDER.resolve("README.md") + " for what it does to running instances, and write this into "
                        + file + ":\n\n" + String.join("\n", built) + "\n")
                .isEmpty();
    }

    /// Returns the lines that only one side has, in the order of both.
    private static List<String> difference(List<String> pinned, List<String> built) {
        List<String> lines = new ArrayList<>();
        pinned.stream().filter(line -> !built.contains(line)).forEach(line -> lines.add("- " + line));
        built.stream().filter(line -> !pinned.contains(line)).forEach(line -> lines.add("+ " + line));
        return lines.isEmpty() && !pinned.equals(built) ? List.of("the order of the lines") : lines;
    }
}
