package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.topology.embedding.EmbeddingApp.Clients;
import java.awt.Color;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Kills real processes with many records in flight, and checks the output in the end.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashIT {
    private static final int IMAGES = 1_200;
    private static final int PARTITIONS = 4;
    private static final int KILLS_EXACTLY_ONCE = 6;
    private static final int KILLS_AT_LEAST_ONCE = 4;
    private static final int MOST_KILLS = 5;
    private static final long SEED = 15;
    private static final long MILLIS_PER_RUN = 60;
    private static final long MILLIS_OF_PATIENCE = 120_000;
    private static final String EXACTLY_ONCE = "exactly_once_v2";
    private static final String AT_LEAST_ONCE = "at_least_once";

    @TempDir
    private static Path folder;

    private EmbeddedBroker broker;

    @BeforeAll
    void startBroker() {
        broker = TestBroker.at(folder.resolve("broker"));
    }

    @AfterAll
    void stopBroker() {
        broker.close();
    }

    @Test
    void killedUnderExactlyOnceNothingIsMissingRepeatedOrReordered() throws Exception {
        // given
        try (KillDrill drill = new KillDrill(broker, folder, "eos", EXACTLY_ONCE, Clients.HELD, SEED)) {
            // when
            KillDrill.Report report = drill.run(KILLS_EXACTLY_ONCE);

            // then
            assertThat(report.verdict())
                    .isEqualTo(Verdict.faultless(report.verdict().overtaken()));
            requireThatItCouldFail(report);
        }
    }

    @Test
    void killedUnderAtLeastOnceNothingIsMissingAndTheLastOutcomesAreRight() throws Exception {
        // given
        try (KillDrill drill = new KillDrill(broker, folder, "alos", AT_LEAST_ONCE, Clients.HELD, SEED)) {
            // when
            KillDrill.Report report = drill.run(KILLS_AT_LEAST_ONCE);

            // then
            assertThat(report.verdict().missing()).isEmpty();
            assertThat(report.verdict().strange()).isEmpty();
            assertThat(report.verdict().reordered()).isEmpty();
            assertThat(report.verdict().stale()).isEmpty();
            requireThatItCouldFail(report);
        }
    }

    private static void requireThatItCouldFail(KillDrill.Report report) {
        assertThat(report.verdict().overtaken()).isPositive();
        assertThat(report.inFlight()).isPositive();
        assertThat(report.withFinished()).isPositive();
    }

    /// A control: the same app with clients that commit without the finished offsets. If this repeated nothing, the
    /// test under exactly-once could not fail either.
    @Test
    void withoutFinishedOffsetsKillsRepeatOutcomes() throws Exception {
        // given
        Topics topics = TestBroker.topics(broker, "forgetful", PARTITIONS, Map.of());
        try (SlowServer server = new SlowServer();
                Uploads uploads = Uploads.to(broker.bootstrapServers(), topics.uploads(), server, SEED);
                Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed")) {
            // when: what a kill interrupts may by chance be nothing, so there are several
            for (int kill = 0;
                    kill < MOST_KILLS && outcomes.of(uploads.all()).repeated().isEmpty();
                    kill++) {
                try (ChildApp app = start("forgetful", EXACTLY_ONCE, Clients.WITHOUT_FINISHED, "machine-1")) {
                    uploads.send(200);
                    outcomes.await(outcomes.size() + 50);
                    app.kill();
                }
                try (ChildApp app = start("forgetful", EXACTLY_ONCE, Clients.WITHOUT_FINISHED, "machine-1")) {
                    outcomes.awaitEnd("forgetful");
                    app.end();
                }
            }

            // then
            Verdict verdict = outcomes.of(uploads.all());
            assertThat(verdict.repeated()).isNotEmpty();
            assertThat(verdict.missing()).isEmpty();
        }
    }

    @Test
    void anInstanceThatStoodStillWhileAnotherTookOverWritesNothingTwice() throws Exception {
        // given: limits of fetches and of the stage that are longer than the instance stands still
        Topics topics = TestBroker.topics(broker, "zombie", PARTITIONS, Map.of());
        try (SlowServer server = new SlowServer();
                Uploads uploads = Uploads.to(broker.bootstrapServers(), topics.uploads(), server, SEED);
                Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed");
                Members members = new Members(broker.bootstrapServers(), "zombie");
                Commits commits = new Commits(broker.bootstrapServers(), "zombie");
                ChildApp zombie = startPatient("zombie", "machine-0");
                ChildApp other = startPatient("zombie", "machine-1")) {
            members.awaitWithPartitions(2);
            uploads.send(300);
            outcomes.await(() -> outcomes.size() > 100 && commits.withFinished() > 0, "finished offsets");

            // when: it goes on with what it had in flight
            zombie.suspend();
            members.awaitWithPartitions(1);
            uploads.send(100);
            server.release();
            outcomes.await(() -> outcomes.of(uploads.all()).missing().isEmpty(), "the other to do everything");
            zombie.resume();
            members.awaitWithPartitions(2);
            uploads.send(100);
            outcomes.awaitEnd("zombie");
            zombie.end();
            other.end();

            // then
            Verdict verdict = outcomes.of(uploads.all());
            assertThat(verdict).isEqualTo(Verdict.faultless(verdict.overtaken()));
            assertThat(verdict.overtaken()).isPositive();
        }
    }

    /// A control: the same app with clients that commit what Kafka Streams wants to. If this lost nothing, the tests
    /// above could not fail either.
    @Test
    void withoutHeldOffsetsKillsLoseImages() throws Exception {
        // given
        Topics topics = upload("control");
        int uploaded = IMAGES;
        try (OutputReader reader = new OutputReader(broker.bootstrapServers(), topics.embedded(), "read_uncommitted")) {
            // when: a kill may by chance lose nothing, so there are several
            for (int kill = 0;
                    kill == 0 || (kill < MOST_KILLS && reader.counts().size() == uploaded);
                    kill++) {
                if (kill > 0) {
                    upload(topics, uploaded);
                    uploaded += IMAGES;
                }
                try (ChildApp app = start("control", AT_LEAST_ONCE, Clients.UNPROTECTED, "machine-1")) {
                    reader.awaitKeys(reader.counts().size() + 150);
                    app.kill();
                }
                try (ChildApp app = start("control", AT_LEAST_ONCE, Clients.UNPROTECTED, "machine-1")) {
                    reader.awaitEnd("control", topics.uploaded());
                    app.end();
                }
            }

            // then
            assertThat(reader.counts()).hasSizeLessThan(uploaded);
        }
    }

    private Topics upload(String name) throws Exception {
        Topics topics = TestBroker.topics(broker, name, PARTITIONS, Map.of());
        upload(topics, 0);
        return topics;
    }

    private void upload(Topics topics, int from) throws Exception {
        TestImages.upload(
                broker.bootstrapServers(),
                topics.uploaded(),
                from,
                Collections.nCopies(IMAGES, TestImages.jpeg(Color.ORANGE)));
    }

    private ChildApp startPatient(String name, String instance) {
        return new ChildApp(
                new EmbeddingApp.Settings(
                        broker.bootstrapServers(),
                        name,
                        EXACTLY_ONCE,
                        Clients.HELD,
                        instance,
                        MILLIS_PER_RUN,
                        MILLIS_OF_PATIENCE),
                folder.resolve(name + ".log"));
    }

    private ChildApp start(String name, String guarantee, Clients clients, String instance) {
        return new ChildApp(
                new EmbeddingApp.Settings(
                        broker.bootstrapServers(), name, guarantee, clients, instance, MILLIS_PER_RUN),
                folder.resolve(name + ".log"));
    }
}
