package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaAlert;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.search.http.MediaEvents.Listening;
import dev.clipstream.search.http.MediaEvents.MediaEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaEventsIT {
    private static final Topics TOPICS = Topics.DEFAULT;

    @Test
    void aListenerReceivesEachEventOnceHoweverSoonItFollowsTheLastOne() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer());
                AvroSerde<MediaRejected> events = AvroSerde.rejected();
                KafkaEvents live = new KafkaEvents(
                        new KafkaProperties(
                                Settings.of(Map.of("clipstream.bootstrap-servers", broker.bootstrapServers()))),
                        TOPICS)) {
            admin.createTopics(Set.of(
                            new NewTopic(TOPICS.tagged(), 2, (short) 1), new NewTopic(TOPICS.rejected(), 2, (short) 1)))
                    .all()
                    .get();
            // earlier events are not passed on, not even after the reader has looked for new partitions
            BlockingQueue<Object> old = new LinkedBlockingQueue<>();
            producer.send(new ProducerRecord<>(TOPICS.rejected(), "before", events.write(rejected("before"))))
                    .get();
            try (Listening _ = live.listen(event -> old.add(id(event)))) {
                assertThat(old.poll(
                                KafkaEvents.LOOK_FOR_PARTITIONS_EVERY
                                        .plusSeconds(3)
                                        .toMillis(),
                                TimeUnit.MILLISECONDS))
                        .as("an old event")
                        .isNull();
            }
            // the last listener leaves; the reader notices within a poll and closes its consumer
            for (int afterMillis = 180; afterMillis <= 230; afterMillis += 5) {
                BlockingQueue<Object> received = new LinkedBlockingQueue<>();
                live.listen(event -> {}).close();
                TimeUnit.MILLISECONDS.sleep(afterMillis);
                try (Listening _ = live.listen(event -> received.add(id(event)))) {
                    String mediaId = "after-" + afterMillis;
                    producer.send(new ProducerRecord<>(TOPICS.rejected(), mediaId, events.write(rejected(mediaId))))
                            .get();

                    assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(mediaId);
                    assertThat(received.poll(300, TimeUnit.MILLISECONDS))
                            .as("received again")
                            .isNull();
                }
            }
        }
    }

    @Test
    void aMatchOfAStandingQueryIsPassedOn() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer());
                AvroSerde<MediaAlert> alerts = AvroSerde.alert();
                KafkaEvents live = new KafkaEvents(
                        new KafkaProperties(
                                Settings.of(Map.of("clipstream.bootstrap-servers", broker.bootstrapServers()))),
                        TOPICS)) {
            // given
            admin.createTopics(Set.of(new NewTopic(TOPICS.alerts(), 2, (short) 1)))
                    .all()
                    .get();
            BlockingQueue<MediaEvent> received = new LinkedBlockingQueue<>();
            try (Listening _ = live.listen(received::add)) {
                // when
                producer.send(new ProducerRecord<>(TOPICS.alerts(), "pizza.webp", alerts.write(match("pizza.webp"))))
                        .get();

                // then
                MediaEvent event = received.poll(10, TimeUnit.SECONDS);
                assertThat(event).isNotNull();
                assertThat(event.kind()).isEqualTo("alert");
                assertThat(event.data())
                        .containsEntry("mediaId", "pizza.webp")
                        .containsEntry("alert", "lunch")
                        .containsEntry("displayName", "a pizza")
                        .containsEntry("probability", 0.75)
                        .containsEntry("at", "2026-03-01T12:00:01Z");
            }
        }
    }

    private static MediaAlert match(String mediaId) {
        return MediaAlert.newBuilder()
                .setMediaId(mediaId)
                .setAlert("lunch")
                .setAlertVersion("1")
                .setDisplayName("a pizza")
                .setProbability(0.75)
                .setCosine(0.25)
                .setModelId("tiny")
                .setModelFingerprint("0".repeat(64))
                .setUploadedAt(Instant.parse("2026-03-01T12:00:00Z"))
                .setMatchedAt(Instant.parse("2026-03-01T12:00:01Z"))
                .build();
    }

    private static Object id(MediaEvent event) {
        return event.data().getOrDefault("mediaId", "");
    }

    private static MediaRejected rejected(String mediaId) {
        return MediaRejected.newBuilder()
                .setMediaId(mediaId)
                .setStage(Stage.DECODE)
                .setReasonCode("not-an-image")
                .setMessage("Expected an image")
                .setRetryable(false)
                .setSourceTopic("media.uploaded")
                .setSourcePartition(0)
                .setSourceOffset(0)
                .setRejectedAt(Instant.parse("2026-03-01T12:00:00Z"))
                .build();
    }
}
