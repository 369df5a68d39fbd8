package dev.clipstream.search.http;

import static java.util.stream.Collectors.toSet;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.lifecycle.Service;
import dev.clipstream.runtime.settings.Home;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A demo for tests: a broker, all topologies, an index in memory, and the sample images, tagged.
final class SampleService implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String UPLOADED = "media.uploaded";
    private static final Instant UPLOADED_AT = Instant.parse("2026-03-01T12:00:00Z");

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();
    private final EmbeddedBroker broker = EmbeddedBroker.temporary();
    private final KafkaProducer<String, byte @Nullable []> producer;
    private final Path folder = Files.createTempDirectory("media").toRealPath();
    private final Instance first;
    private final Set<String> uploaded = new HashSet<>();
    private int others;

    private SampleService() throws Exception {
        folder.toFile().deleteOnExit();
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
        this.first = start("samples", "embedding,tagging,indexing", Map.of());
        List<Path> samples = samples();
        for (Path sample : samples) {
            send(
                    UPLOADED,
                    sample.getFileName().toString(),
                    event -> event.setUri(sample.toUri().toString()));
        }
        first.awaitTagged(samples.size());
    }

    /// Starts the service and waits until every sample is tagged and indexed.
    static SampleService start() throws Exception {
        return new SampleService();
    }

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(Home.samples())) {
            return files.filter(file -> !file.toString().endsWith(".md"))
                    .map(Path::toAbsolutePath)
                    .map(Path::normalize)
                    .sorted()
                    .toList();
        }
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    String origin() {
        return first.origin();
    }

    /// Returns an empty folder from which media may be fetched.
    Path folder() {
        return folder;
    }

    /// Sends a request to the first instance, which tags and has an embedded index.
    JsonNode ask(String path) throws Exception {
        return first.ask(path);
    }

    /// Starts another instance, with its own index, which it fills from the same topics.
    Instance another(Map<String, String> more) throws Exception {
        Instance other = start("other-" + others++, "indexing", more);
        other.awaitTagged(samples().size());
        return other;
    }

    private Instance start(String application, String topologies, Map<String, String> more) throws Exception {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        settings.put("clipstream.application-id", application);
        settings.put("clipstream.topics.create", "true");
        settings.put("clipstream.topologies", topologies);
        settings.put("clipstream.fetch.allowed-roots", Home.samples().toRealPath() + "," + folder);
        settings.put("clipstream.log", "text");
        settings.put("server.port", "0");
        settings.putAll(more);
        return new Instance(
                Service.start(settings, null),
                more.getOrDefault("clipstream.search.api-keys", ""),
                more.getOrDefault("clipstream.search.max-results", "1000"));
    }

    /// Publishes a sample with another media id.
    void upload(String mediaId, String sample) throws IOException {
        upload(mediaId, Home.samples().resolve(sample));
    }

    /// Publishes the bytes of a file.
    void upload(String mediaId, Path file) throws IOException {
        upload(mediaId, file, UPLOADED_AT);
    }

    /// Publishes the bytes of a file with another time than that of the samples.
    void upload(String mediaId, Path file, Instant uploadedAt) throws IOException {
        uploaded.add(mediaId);
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
        send(UPLOADED, mediaId, event -> event.setContent(content).setUploadedAt(uploadedAt));
    }

    /// Publishes the bytes of a sample as an event that yields to others.
    void backfill(String mediaId, String sample) throws IOException {
        uploaded.add(mediaId);
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(Home.samples().resolve(sample)));
        send(Topics.DEFAULT.backfill(), mediaId, event -> event.setContent(content));
    }

    /// Waits until the index has exactly this number of media, all of them tagged.
    void awaitMedia(int media) throws Exception {
        first.awaitTagged(media);
    }

    private void send(String topic, String mediaId, Consumer<MediaUploaded.Builder> source) {
        try (AvroSerde<MediaUploaded> events = AvroSerde.uploaded()) {
            MediaUploaded.Builder event =
                    MediaUploaded.newBuilder().setMediaId(mediaId).setUploadedAt(UPLOADED_AT);
            source.accept(event);
            var _ = producer.send(new ProducerRecord<>(topic, mediaId, events.write(event.build())));
        }
    }

    /// Deletes all media except the samples, including those in flight, and waits until they are gone.
    void deleteAllButTheSamples() throws Exception {
        Set<String> names = samples().stream()
                .map(sample -> sample.getFileName().toString())
                .collect(toSet());
        Set<String> added = new HashSet<>(uploaded);
        for (JsonNode result : first.get("/v1/media?k=1000").path("results")) {
            added.add(result.path("mediaId").asString());
        }
        added.removeAll(names);
        for (String mediaId : added) {
            var _ = producer.send(new ProducerRecord<>(UPLOADED, mediaId, null));
        }
        uploaded.clear();
        first.awaitTagged(names.size());
    }

    @Override
    public void close() {
        producer.close();
        first.close();
        broker.close();
        client.close();
    }

    /// A running service.
    final class Instance implements AutoCloseable {
        private final Service service;
        private final String key;
        private final String maxResults;

        private Instance(Service service, String key, String maxResults) {
            this.service = service;
            this.key = key;
            this.maxResults = maxResults;
        }

        String origin() {
            return "http://127.0.0.1:" + service.port();
        }

        /// Waits until the index has exactly this number of media, all of them tagged.
        void awaitTagged(int media) throws Exception {
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            int tagged = -1;
            while (System.nanoTime() < deadline) {
                JsonNode newest = get("/v1/media?k=" + maxResults);
                tagged = 0;
                for (JsonNode result : newest.path("results")) {
                    tagged += result.path("labelSet").isString() ? 1 : 0;
                }
                if (tagged == media && newest.path("count").asInt() == media) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            throw new AssertionError("Expected " + media + " tagged media in the index, found " + tagged);
        }

        /// Waits until the index of the instance's own model is filled and has this number of media.
        void awaitFilled(int media) throws Exception {
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            JsonNode index = get("/v1/state").path("index");
            while (index.path("media").asInt(-1) != media
                    || index.path("filling").asBoolean(true)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("Expected " + media + " media in a filled index, found " + index);
                }
                TimeUnit.MILLISECONDS.sleep(100);
                index = get("/v1/state").path("index");
            }
        }

        /// Sends a request that must succeed.
        JsonNode ask(String path) throws Exception {
            HttpResponse<String> response = send(path);
            if (response.statusCode() != 200) {
                throw new AssertionError("Expected 200, found " + response.statusCode() + ": " + response.body());
            }
            return json.readTree(response.body());
        }

        private JsonNode get(String path) throws Exception {
            HttpResponse<String> response = send(path);
            return response.statusCode() == 200 ? json.readTree(response.body()) : json.createObjectNode();
        }

        private HttpResponse<String> send(String path) throws Exception {
            HttpRequest request = HttpRequest.newBuilder(URI.create(origin() + path))
                    .header("Authorization", "Bearer " + key)
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }

        @Override
        public void close() {
            service.close();
        }
    }
}
