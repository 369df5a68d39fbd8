package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.topology.embedding.EmbeddingApp.Clients;
import java.awt.Color;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
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
    private static final int MOST_KILLS = 5;
    private static final long MILLIS_PER_RUN = 60;
    private static final String EXACTLY_ONCE = "exactly_once_v2";
    private static final String AT_LEAST_ONCE = "at_least_once";

    @TempDir
    private static Path folder;

    private EmbeddedBroker broker;

    @BeforeAll
    void startBroker() {
        broker = EmbeddedBroker.at(folder.resolve("broker"));
    }

    @AfterAll
    void stopBroker() {
        broker.close();
    }

    @Test
    void killedUnderExactlyOnceNothingIsMissingOrDuplicated() throws Exception {
        // given
        Topics topics = upload("eos");
        try (OutputReader reader = reader(topics, "read_committed")) {
            // when
            for (int seen : List.of(150, 500)) {
                try (ChildApp app = start("eos", EXACTLY_ONCE, Clients.HELD, "machine-1")) {
                    reader.awaitKeys(seen);
                    app.kill();
                }
            }
            try (ChildApp app = start("eos", EXACTLY_ONCE, Clients.HELD, "machine-1")) {
                reader.awaitEnd("eos", topics.uploaded());
                app.end();
            }

            // then
            assertThat(reader.counts()).hasSize(IMAGES);
            assertThat(reader.doubles()).isZero();
        }
    }

    @Test
    void killedUnderAtLeastOnceNothingIsMissing() throws Exception {
        // given
        Topics topics = upload("alos");
        try (OutputReader reader = reader(topics, "read_uncommitted")) {
            // when
            for (int seen : List.of(150, 500)) {
                try (ChildApp app = start("alos", AT_LEAST_ONCE, Clients.HELD, "machine-1")) {
                    reader.awaitKeys(seen);
                    app.kill();
                }
            }
            try (ChildApp app = start("alos", AT_LEAST_ONCE, Clients.HELD, "machine-1")) {
                reader.awaitEnd("alos", topics.uploaded());
                app.end();
            }

            // then
            assertThat(reader.counts()).hasSize(IMAGES);
        }
    }

    /// The control: the same app with clients that commit what Kafka Streams wants to. If this lost nothing, the
    /// tests above could not fail either.
    @Test
    void withoutHeldOffsetsKillsLoseImages() throws Exception {
        // given
        Topics topics = upload("control");
        int uploaded = IMAGES;
        try (OutputReader reader = reader(topics, "read_uncommitted")) {
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

    @Test
    void whenASecondInstanceJoinsAndLeavesNothingIsMissingOrDuplicated() throws Exception {
        // given
        Topics topics = upload("rebalance");
        try (OutputReader reader = reader(topics, "read_committed");
                Members members = new Members(broker.bootstrapServers(), "rebalance");
                ChildApp first = start("rebalance", EXACTLY_ONCE, Clients.HELD, "")) {
            reader.awaitKeys(100);

            // when
            try (ChildApp second = start("rebalance", EXACTLY_ONCE, Clients.HELD, "")) {
                members.awaitWithPartitions(2);
                reader.awaitKeys(reader.counts().size() + 100);
                second.end();
            }
            members.awaitWithPartitions(1);
            reader.awaitEnd("rebalance", topics.uploaded());
            first.end();

            // then
            assertThat(reader.counts()).hasSize(IMAGES);
            assertThat(reader.doubles()).isZero();
        }
    }

    private Topics upload(String name) throws Exception {
        Topics topics = EmbeddingApp.topics(name);
        broker.createTopics(Stream.of(topics.uploaded(), topics.embedded(), topics.rejected())
                .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                .toList());
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

    private OutputReader reader(Topics topics, String isolation) {
        return new OutputReader(broker.bootstrapServers(), topics.embedded(), isolation);
    }

    private ChildApp start(String name, String guarantee, Clients clients, String instance) {
        return new ChildApp(
                new EmbeddingApp.Settings(
                        broker.bootstrapServers(), name, guarantee, clients, instance, MILLIS_PER_RUN),
                folder.resolve(name + ".log"));
    }
}
