package dev.clipstream.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.Program;
import dev.clipstream.Program.Result;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs the service with its own broker: publish, consume, probes, metrics and shutdown.
@TestMethodOrder(MethodOrderer.MethodName.class)
class RunIT {
    private static final String CAR = "samples/car-on-yellow.webp";

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;
    private static Program service;
    private static String actuator;

    @BeforeAll
    static void startTheService() {
        broker = EmbeddedBroker.temporary();
        service = run(
                "--set",
                "topics.create=true",
                "--set",
                "server.port=0",
                "--set",
                "fetch.allowed-roots=samples",
                "--set",
                "client.id=an-operators-own");
        String line = service.awaitTalk(talk -> talk.contains("health and metrics at "));
        actuator = line.substring(line.indexOf("http"));
    }

    @AfterAll
    static void stopTheBroker() {
        service.close();
        broker.close();
    }

    private static Program run(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "run";
        arguments[1] = "--bootstrap-servers";
        arguments[2] = broker.bootstrapServers();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Program.start(arguments);
    }

    private static Result publish(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "publish";
        arguments[1] = "--bootstrap-servers";
        arguments[2] = broker.bootstrapServers();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Program.run(arguments);
    }

    private static List<JsonNode> consume(String stream, int count) {
        Result result = Program.run(
                "consume",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                stream,
                "--from-beginning",
                "--max",
                Integer.toString(count),
                "--timeout",
                "60");
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return result.json();
    }

    @Test
    void a_uploadsResultInVectorsAndTags() throws IOException {
        // given
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");

        // when: by URI, inline, and an unreadable image
        Result byUri = publish("--key-by", "name", "samples");
        Result inline = publish("--key-by", "sha256", "--inline", "--attribute", "camera=left", CAR);
        publish("--inline", "--key-by", "name", broken.toString());
        publish("--key-by", "name", "file:///etc/hostname", "http://127.0.0.1:9/x.jpg");

        // then
        assertThat(byUri.exitCode()).as(byUri.toString()).isZero();
        assertThat(inline.exitCode()).as(inline.toString()).isZero();
        String hash = inline.json().getFirst().path("mediaId").asString();
        assertThat(hash).matches("[0-9a-f]{64}");
        List<JsonNode> vectors = consume("vectors", 63);
        assertThat(ids(vectors))
                .contains("car-on-yellow.webp", "three-lemons-on-purple.png", hash)
                .hasSize(63);
        assertThat(ids(consume("tags", 63))).isEqualTo(ids(vectors));
        JsonNode car = only(vectors, "car-on-yellow.webp");
        JsonNode sameCar = only(vectors, hash);
        assertThat(car.path("vector")).isEqualTo(sameCar.path("vector"));
        assertThat(car.path("imageWidth").asInt()).isEqualTo(336);
        assertThat(sameCar.path("attributes").path("camera").asString()).isEqualTo("left");
        Map<String, String> reasons = consume("rejected", 3).stream()
                .collect(Collectors.toMap(
                        line -> line.path("mediaId").asString(),
                        line -> line.path("reasonCode").asString()));
        assertThat(reasons)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "broken.jpg", "unsupported-format", "hostname", "path-refused", "x.jpg", "address-refused"));
    }

    @Test
    void b_theLogSaysThatTheBundledModelKnowsNoPhotographs() {
        assertThat(service.talk())
                .filteredOn(line -> line.contains("knows emoji scenes and no photographs"))
                .hasSize(1)
                .first()
                .asString()
                .contains("./clipstream run --model openai/clip-vit-base-patch32");
    }

    @Test
    void b_theTopologyAndTheCommandComputeTheSameVector() {
        JsonNode streamed = only(consume("vectors", 63), "car-on-yellow.webp");

        JsonNode embedded = Program.run("embed", "--image", CAR).json().getFirst();

        // different batch sizes change the order of additions
        for (int i = 0; i < embedded.path("dim").asInt(); i++) {
            assertThat(streamed.path("vector").get(i).asDouble())
                    .isCloseTo(embedded.path("vector").get(i).asDouble(), org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    @Test
    void c_aDeletionReachesEveryOutputTopic() {
        publish("--delete", "car-on-yellow.webp");

        for (String stream : List.of("vectors", "tags")) {
            assertThat(consume(stream, 64))
                    .filteredOn(line -> line.path("deleted").asBoolean(false))
                    .extracting(line -> line.path("mediaId").asString())
                    .containsExactly("car-on-yellow.webp");
        }
    }

    @Test
    void d_anInvalidRecordIsRejectedWithItsPositionAndProcessingContinues() {
        // given
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("media.uploaded", 0, bytes("someone"), bytes("{\"json\": true}")))
                    .get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e);
        }

        // when
        publish("--inline", "--key-by", "name", "samples/rocket-on-black.png");

        // then
        JsonNode rejection = only(consume("rejected", 4), "someone");
        assertThat(rejection.path("reasonCode").asString()).isEqualTo("not-avro");
        assertThat(rejection.path("stage").asString()).isEqualTo("READ");
        assertThat(rejection.path("sourceTopic").asString()).isEqualTo("media.uploaded");
        assertThat(rejection.path("sourcePartition").asInt()).isZero();
        assertThat(rejection.has("sourceOffset")).isTrue();
        assertThat(consume("tags", 65))
                .filteredOn(line -> line.path("mediaId").asString().equals("rocket-on-black.png"))
                .hasSize(2);
    }

    @Test
    void e_probesAndMetricsShowTheStatus() throws IOException, InterruptedException {
        assertThat(get("/health/readiness")).contains("\"status\":\"UP\"", "\"model\"", "\"streams\"", "\"broker\"");
        assertThat(get("/health/liveness")).contains("\"status\":\"UP\"");
        assertThat(get("/prometheus"))
                .contains(
                        "clipstream_batch_size",
                        "clipstream_queue_depth",
                        "clipstream_in_flight{topology=\"embedding\"} 0",
                        "clipstream_stage_seconds_count{stage=\"decode\",topology=\"embedding\"}",
                        "clipstream_rejected_total{reason=\"address-refused\",stage=\"FETCH\",topology=\"embedding\"} 1",
                        "kafka_consumer_fetch_manager_records_lag");
    }

    @Test
    void f_missingTopicsAndPortsInUseAreReported() {
        try (Program wrong = run("--set", "topics.uploaded=no.such.topic", "--set", "server.port=0")) {
            Result result = wrong.awaitEnd();

            assertThat(result.exitCode()).as(result.toString()).isEqualTo(3);
            assertThat(result.err().getLast()).contains("no.such.topic", "topics.create=true");
        }
    }

    @Test
    void g_theLogIsJsonWithoutImageBytes() {
        String line = service.awaitTalk(talk -> talk.startsWith("{") && talk.contains("RUNNING"));

        assertThat(line).contains("\"@timestamp\"", "\"message\"");
        // the first bytes of the files that were sent inline, in any encoding
        assertThat(service.talk())
                .noneMatch(talk -> talk.contains("WEBPVP8")
                        || talk.contains("UklGR")
                        || talk.toLowerCase(Locale.ROOT).contains("89504e47"));
    }

    @Test
    void h_aStoppedServiceLeavesItsGroupsAndExits() throws Exception {
        service.terminate();

        Result result = service.awaitEnd();

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(143);
        assertThat(result.err())
                .noneMatch(line -> line.contains("did not")
                        || line.contains("was not finished")
                        || line.contains("Still not closed"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            List<String> groups = List.of("clipstream-embedding", "clipstream-tagging");
            assertThat(admin.describeConsumerGroups(groups).all().get().values())
                    .hasSize(2)
                    .allSatisfy(group -> assertThat(group.members()).isEmpty());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Set<String> ids(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("mediaId").asString()).collect(Collectors.toSet());
    }

    private static JsonNode only(List<JsonNode> lines, String mediaId) {
        return lines.stream()
                .filter(line -> line.path("mediaId").asString().equals(mediaId))
                .findFirst()
                .orElseThrow();
    }

    private static String get(String path) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(actuator + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
