package dev.clipstream.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.StartException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/// The service when its environment fails: the topics, the brokers, and the port.
class FailingEnvironmentIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static Map<String, String> settings(String bootstrapServers, String... more) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("clipstream.bootstrap-servers", bootstrapServers);
        settings.put("clipstream.topics.create", "true");
        settings.put("clipstream.log", "text");
        settings.put("server.port", "0");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private static void upload(String bootstrapServers, String mediaId) throws Exception {
        try (KafkaProducer<String, MediaUploaded> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), AvroSerde.uploaded())) {
            MediaUploaded event = MediaUploaded.newBuilder()
                    .setMediaId(mediaId)
                    .setContent(ByteBuffer.wrap(Files.readAllBytes(Path.of("samples/car-on-yellow.webp"))))
                    .setUploadedAt(Instant.ofEpochSecond(1_800_000_000))
                    .build();
            producer.send(new ProducerRecord<>("media.uploaded", mediaId, event))
                    .get();
        }
    }

    private static HttpResponse<String> readiness(Service service) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + service.port() + "/actuator/health/readiness");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void anInstanceWhoseOutputTopicIsDeletedIsNotReadySaysWhyAndFails() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                Service service =
                        Service.start(settings(broker.bootstrapServers(), "clipstream.stall-timeout", "4s"), null);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // given
            assertThat(service.awaitRunning(PATIENCE)).isTrue();

            // when
            admin.deleteTopics(List.of("media.tagged")).all().get();
            upload(broker.bootstrapServers(), "car");

            // then
            HttpResponse<String> ready = readiness(service);
            for (long end = System.nanoTime() + PATIENCE.toNanos();
                    ready.statusCode() == 200 && System.nanoTime() < end;
                    ready = readiness(service)) {
                Thread.sleep(100);
            }
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body())
                    .contains(
                            "\"tagging\":\"STALLED\"",
                            "waits in KafkaProducer.",
                            "the topic media.tagged does not exist");
            assertThat(service.awaitFailure(PATIENCE))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("The topology tagging: Expected progress while events wait, found none for ")
                    .hasMessageContaining("the topic media.tagged does not exist");

            // when: it closes although a producer hangs
            long start = System.nanoTime();
            service.close();

            // then
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void anInstanceThatReadsFailsToWriteAndReadsAgainFails() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                Service service = Service.start(
                        settings(
                                broker.bootstrapServers(),
                                "clipstream.kafka.processing.guarantee",
                                "at_least_once",
                                "clipstream.stall-timeout",
                                "3s",
                                "clipstream.kafka.producer.max.block.ms",
                                "500"),
                        null);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // given
            assertThat(service.awaitRunning(PATIENCE)).isTrue();

            // when: the send of an idle producer does not find the topic, so the task starts over
            admin.deleteTopics(List.of("media.tagged")).all().get();
            upload(broker.bootstrapServers(), "car");

            // then
            assertThat(service.awaitFailure(PATIENCE))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("the topic media.tagged does not exist");
        }
    }

    @Test
    void aTakenPortIsFoundBeforeAnythingElse() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(other.getLocalPort());

            // neither the brokers nor the model exist
            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> Service.start(
                            settings("127.0.0.1:1", "server.port", port, "clipstream.model.path", "nosuch"), null))
                    .withMessage("server.port: Expected a free port, found another program at " + port
                            + ". Stop it, or set another port with --set server.port=N (0: any free port)");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() ->
                        Service.start(settings("127.0.0.1:1", "server.port", "8", "server.address", "192.0.2.1"), null))
                .withMessageContaining("server.address: Expected an address of this machine, found 192.0.2.1");
    }

    @Test
    void anUnknownHostIsAFailureOfTheEnvironmentAndIsFoundBeforeTheModelOpens() {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(
                        () -> Service.start(settings("nosuch.invalid:9092", "clipstream.model.path", "nosuch"), null))
                .withMessageContaining("nosuch.invalid:9092: Expected a host name that can be resolved")
                .isNotInstanceOf(SettingException.class);
    }
}
