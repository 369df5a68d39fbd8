package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.topology.embedding.EmbeddingApp.Clients;
import dev.clipstream.topology.embedding.Upload.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More URIs without an answer than the metadata of a commit can name, among many tiny events.
class FullMetadataIT {
    private static final String NAME = "full";
    private static final int SILENT = 3_000;
    private static final int TINY = 15_000;
    private static final int MOST_METADATA = 4_096;

    @TempDir
    private Path folder;

    @Test
    void aPartitionWaitsWhenItsCommitsCanNameNoMoreAndGoesOnAfterwards() throws Exception {
        // given
        List<Kind> kinds = new ArrayList<>(Collections.nCopies(SILENT, Kind.SILENT));
        kinds.addAll(Collections.nCopies(TINY, Kind.BROKEN));
        Collections.shuffle(kinds, new Random(1));
        try (EmbeddedBroker broker = TestBroker.at(folder.resolve("broker"));
                SlowServer server = new SlowServer()) {
            Topics topics = TestBroker.topics(broker, NAME, 1, Map.of());
            try (Uploads uploads = Uploads.to(broker.bootstrapServers(), List.of(topics.uploaded()), server, 1);
                    Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed");
                    Commits commits = new Commits(broker.bootstrapServers(), NAME)) {
                uploads.send(kinds);

                // when
                int most = 0;
                try (EmbeddingApp app = start(broker)) {
                    while (app.waitingForMetadata() == 0) {
                        int seen = outcomes.size();
                        outcomes.await(
                                () -> outcomes.size() > seen || app.waitingForMetadata() > 0, "outcomes or a wait");
                        most = Math.max(most, commits.longestMetadata());
                    }
                    int waiting = outcomes.uploads();
                    outcomes.await(() -> commits.longestMetadata() > MOST_METADATA / 2, "a commit that is full");
                    most = Math.max(most, commits.longestMetadata());

                    // then
                    assertThat(waiting).isLessThan(TINY);
                    assertThat(most).isLessThanOrEqualTo(MOST_METADATA);
                    assertThat(app.hasFailed()).isFalse();
                }

                // when: another instance starts with that metadata, and the URIs have an answer
                server.release();
                try (EmbeddingApp app = start(broker)) {
                    outcomes.awaitEnd(NAME);

                    // then
                    Verdict verdict = outcomes.of(uploads.all());
                    assertThat(verdict).isEqualTo(Verdict.faultless(verdict.overtaken()));
                    assertThat(app.hasFailed()).isFalse();
                    assertThat(app.waitingForMetadata()).isZero();
                }
            }
        }
    }

    private static EmbeddingApp start(EmbeddedBroker broker) throws Exception {
        return new EmbeddingApp(
                new EmbeddingApp.Settings(
                        broker.bootstrapServers(), NAME, "exactly_once_v2", Clients.HELD, "", 0, 120_000),
                UnaryOperator.identity());
    }
}
