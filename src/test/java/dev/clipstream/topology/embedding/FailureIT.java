package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.event.Topics;
import dev.clipstream.image.RgbImage;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.topology.embedding.EmbeddingApp.Clients;
import dev.clipstream.topology.embedding.Upload.Kind;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real topology with bad images, a faulty device and a broker that restarts.
class FailureIT {
    private static final int PARTITIONS = 4;
    private static final int LARGEST_THAT_FITS = 5;

    @Test
    void aBadImageInEachBatchIsRejectedOnceAndTheOthersAreEmbedded() throws Exception {
        // given: among 16 images, one that no decoder reads and one on which the model fails
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < 320; i++) {
            images.add(
                    switch (i % 16) {
                        case 5 -> "not an image at all".getBytes(StandardCharsets.UTF_8);
                        case 11 -> TestImages.jpeg(Color.BLACK);
                        default -> TestImages.jpeg(Color.ORANGE);
                    });
        }
        UnaryOperator<ImageSession> device = session -> new FaultySession(session, batch -> {
            if (batch.stream().anyMatch(FailureIT::isBlack)) {
                throw new EmbeddingException("the model fails on black images", null);
            }
        });

        // when
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                EmbeddingApp app = start(broker, device);
                OutputReader embedded = reader(broker, topics().embedded());
                OutputReader rejected = reader(broker, topics().rejected())) {
            TestImages.upload(broker.bootstrapServers(), topics().uploaded(), 0, images);
            embedded.awaitEnd("trouble", topics().uploaded());
            rejected.awaitEnd("trouble", topics().uploaded());

            // then
            assertThat(app.state()).isEqualTo(KafkaStreams.State.RUNNING);
            assertThat(rejected.counts())
                    .isEqualTo(once(IntStream.range(0, 320).filter(i -> i % 16 == 5 || i % 16 == 11)));
            assertThat(embedded.counts())
                    .isEqualTo(once(IntStream.range(0, 320).filter(i -> i % 16 != 5 && i % 16 != 11)));
        }
    }

    @Test
    void eventsTooLargeForAnOutputAreRejectedAndTheStreamGoesOn() throws Exception {
        // given: inputs that are larger than our producers and topics accept
        byte[] orange = TestImages.jpeg(Color.ORANGE);
        Map<String, String> attributes = IntStream.range(0, 9)
                .boxed()
                .collect(Collectors.toMap(i -> "attribute " + i, i -> "x".repeat(120_000)));
        String uploads = topics().uploaded();
        List<ProducerRecord<byte[], byte[]>> records = List.of(
                TestImages.record(
                        uploads, TestImages.event("x".repeat(2 << 20), orange).build()),
                TestImages.record(
                        uploads, TestImages.event("large-headers", orange).build()),
                TestImages.record(
                        uploads,
                        TestImages.event("large-event", orange)
                                .setAttributes(attributes)
                                .build()),
                TestImages.record(uploads, TestImages.event("good", orange).build()));
        records.get(1).headers().add("large", new byte[2 << 20]);

        // when
        try (EmbeddedBroker broker = EmbeddedBroker.temporary()) {
            broker.createTopics(
                    List.of(new NewTopic(uploads, 1, (short) 1).configs(Map.of("max.message.bytes", "8388608"))));
            try (EmbeddingApp app = start(broker, UnaryOperator.identity());
                    OutputReader embedded = reader(broker, topics().embedded());
                    OutputReader rejected = reader(broker, topics().rejected())) {
                TestImages.send(broker.bootstrapServers(), records);
                embedded.awaitEnd("trouble", uploads);
                rejected.awaitEnd("trouble", uploads);

                // then
                assertThat(app.hasFailed()).isFalse();
                assertThat(rejected.counts())
                        .isEqualTo(Map.of(uploads + "-0@0", 1, "large-headers", 1, "large-event", 1));
                assertThat(embedded.counts()).isEqualTo(Map.of("good", 1));
            }
        }
    }

    @Test
    void aDeviceThatRunsOutOfMemoryGetsSmallerBatches() throws Exception {
        // given
        AtomicInteger outOfMemory = new AtomicInteger();
        UnaryOperator<ImageSession> device = session -> new FaultySession(session, batch -> {
            if (batch.size() > LARGEST_THAT_FITS) {
                outOfMemory.incrementAndGet();
                throw new OutOfDeviceMemoryException("no memory for " + batch.size() + " images", null);
            }
        });

        // when
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                EmbeddingApp app = start(broker, device);
                OutputReader embedded = reader(broker, topics().embedded())) {
            TestImages.upload(
                    broker.bootstrapServers(),
                    topics().uploaded(),
                    0,
                    Collections.nCopies(320, TestImages.jpeg(Color.ORANGE)));
            embedded.awaitEnd("trouble", topics().uploaded());

            // then
            assertThat(app.state()).isEqualTo(KafkaStreams.State.RUNNING);
            assertThat(embedded.counts()).isEqualTo(once(IntStream.range(0, 320)));
            assertThat(outOfMemory).hasPositiveValue();
        }
    }

    @Test
    void aLostDeviceStopsTheInstanceAndAnotherTakesOver() throws Exception {
        // given
        AtomicInteger runs = new AtomicInteger();
        UnaryOperator<ImageSession> dying = session -> new FaultySession(session, batch -> {
            if (runs.incrementAndGet() > 4) {
                throw new DeviceLostException("cpu", "the device fell off the bus", null);
            }
        });

        // when
        try (EmbeddedBroker broker = EmbeddedBroker.temporary()) {
            try (EmbeddingApp app = start(broker, dying);
                    OutputReader embedded = reader(broker, topics().embedded())) {
                TestImages.upload(
                        broker.bootstrapServers(),
                        topics().uploaded(),
                        0,
                        Collections.nCopies(320, TestImages.jpeg(Color.ORANGE)));
                embedded.await(app::hasFailed, () -> "the instance to stop");
            }
            try (EmbeddingApp app = start(broker, UnaryOperator.identity());
                    OutputReader embedded = reader(broker, topics().embedded())) {
                embedded.awaitEnd("trouble", topics().uploaded());

                // then
                assertThat(app.hasFailed()).isFalse();
                assertThat(embedded.counts()).isEqualTo(once(IntStream.range(0, 320)));
            }
        }
    }

    @Test
    void aRestartOfTheBrokerLosesAndDuplicatesNothing(@TempDir Path folder) throws Exception {
        // given
        EmbeddedBroker broker = EmbeddedBroker.at(folder);
        int port = broker.port();
        try (EmbeddingApp app = start(broker, session -> FaultySession.slow(session, 60));
                OutputReader embedded = reader(broker, topics().embedded())) {
            TestImages.upload(
                    broker.bootstrapServers(),
                    topics().uploaded(),
                    0,
                    Collections.nCopies(1_000, TestImages.jpeg(Color.ORANGE)));
            embedded.awaitKeys(200);

            // when
            broker.close();
            broker = EmbeddedBroker.at(folder, port);
            embedded.awaitEnd("trouble", topics().uploaded());

            // then
            assertThat(app.hasFailed()).isFalse();
            assertThat(embedded.counts()).isEqualTo(once(IntStream.range(0, 1_000)));
        } finally {
            broker.close();
        }
    }

    @Test
    void anOutputThatABrokerRefusesRepeatsNoOtherOutcome(@TempDir Path folder) throws Exception {
        // given: a topic that accepts less than the app knows
        try (EmbeddedBroker broker = TestBroker.at(folder);
                SlowServer server = new SlowServer()) {
            broker.createTopics(List.of(new NewTopic(topics().embedded(), PARTITIONS, (short) 1)
                    .configs(Map.of("max.message.bytes", String.valueOf(Uploads.LARGE_BYTES)))));
            try (EmbeddingApp app = start(broker, session -> FaultySession.slow(session, 20));
                    Uploads uploads = Uploads.to(broker.bootstrapServers(), List.of(topics().uploaded()), server, 1);
                    Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics(), "read_committed")) {
                // when: its transaction is aborted, and its task starts over
                for (int i = 0; i < 5; i++) {
                    uploads.send(80);
                    uploads.send(List.of(Kind.LARGE));
                }
                outcomes.awaitEnd("trouble");

                // then
                Verdict verdict = outcomes.of(uploads.all());
                assertThat(verdict).isEqualTo(Verdict.faultless(verdict.overtaken()));
                assertThat(verdict.overtaken()).isPositive();
                assertThat(app.hasFailed()).isFalse();
            }
        }
    }

    private static boolean isBlack(RgbImage image) {
        int middle = image.pixels().length / 2;
        return image.pixels()[middle] == 0 && image.pixels()[middle + 1] == 0;
    }

    private static Map<String, Integer> once(IntStream indices) {
        return indices.boxed().collect(Collectors.toMap(TestImages::key, index -> 1));
    }

    private static Topics topics() {
        return EmbeddingApp.topics("trouble");
    }

    private static EmbeddingApp start(EmbeddedBroker broker, UnaryOperator<ImageSession> device) throws Exception {
        TestBroker.topics(broker, "trouble", PARTITIONS, Map.of());
        return new EmbeddingApp(
                new EmbeddingApp.Settings(broker.bootstrapServers(), "trouble", "exactly_once_v2", Clients.HELD, "", 0),
                device);
    }

    private static OutputReader reader(EmbeddedBroker broker, String topic) {
        return new OutputReader(broker.bootstrapServers(), topic, "read_committed");
    }
}
