package dev.clipstream.search.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.lifecycle.Service;
import dev.clipstream.runtime.settings.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Searches over HTTP in a complete service with its own broker, compared with an exhaustive search.
class SearchIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SLASHED = "album/summer 1&2.jpg";

    /// The images by media id, in upload order.
    private static final Map<String, Path> PICTURES = new LinkedHashMap<>();

    private static final Map<String, Embedding> VECTORS = new LinkedHashMap<>();

    private static EmbeddedBroker broker;
    private static Service service;
    private static HttpClient client;
    private static ClipModel model;

    @BeforeAll
    static void indexTheSamples() throws Exception {
        client = HttpClient.newHttpClient();
        model = ModelOpening.open(Home.defaultModel(), ModelOptions.DEFAULT);
        PICTURES.put(SLASHED, sample("sailboat.jpg"));
        for (String name : List.of("car-on-yellow.webp", "dog-on-blue.jpg", "pizza.webp", "rocket-on-black.png")) {
            PICTURES.put(name, sample(name));
        }
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT);
        for (Map.Entry<String, Path> picture : PICTURES.entrySet()) {
            byte[] bytes = Files.readAllBytes(picture.getValue());
            VECTORS.put(
                    picture.getKey(),
                    model.imageSessions()
                            .getFirst()
                            .run(List.of(preprocessor.prepare(bytes).modelInput()))
                            .getFirst());
        }
        broker = EmbeddedBroker.temporary();
        service = start("first", "embedding,tagging,indexing", Map.of());
        upload();
        await("/v1/tags", answer -> !answer.path("tags").isEmpty());
        await("/v1/media", answer -> answer.path("count").asInt() == PICTURES.size());
    }

    @AfterAll
    static void stop() {
        client.close();
        service.close();
        broker.close();
        model.close();
    }

    private static Path sample(String name) {
        return Home.samples().resolve(name);
    }

    private static Service start(String application, String topologies, Map<String, String> more) throws Exception {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        settings.put("clipstream.application-id", application);
        settings.put("clipstream.topics.shared", "true"); // other instances answer requests only
        settings.put("clipstream.topics.create", "true");
        settings.put("clipstream.topologies", topologies);
        settings.put("clipstream.search.max-bytes", "1000000");
        settings.put("clipstream.log", "text");
        settings.put("server.port", "0");
        settings.putAll(more);
        return Service.start(settings, null);
    }

    private static void upload() {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer());
                AvroSerde<MediaUploaded> events = AvroSerde.uploaded()) {
            int number = 0;
            for (Map.Entry<String, Path> picture : PICTURES.entrySet()) {
                MediaUploaded event = MediaUploaded.newBuilder()
                        .setMediaId(picture.getKey())
                        .setContent(ByteBuffer.wrap(Files.readAllBytes(picture.getValue())))
                        .setUploadedAt(Instant.parse("2026-03-01T12:00:00Z").plusSeconds(number))
                        .setAttributes(Map.of("half", number++ < 2 ? "first" : "second"))
                        .build();
                var _ = producer.send(new ProducerRecord<>("media.uploaded", picture.getKey(), events.write(event)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aTextFindsTheNearestMedia() throws Exception {
        Embedding query = model.textEncoder().encode(List.of("a red car")).getFirst();

        JsonNode found = get("/v1/search?text=a%20red%20car", 200);

        assertSameAsExhaustiveSearch(found, query, Set.of());
        assertThat(found.path("model").path("fingerprint").asString())
                .isEqualTo(model.identity().fingerprint());
    }

    @Test
    void aQueryIsTheWeightedSumOfItsParts() throws Exception {
        // given
        List<Embedding> texts = model.textEncoder().encode(List.of("a pizza", "dark night"));
        float[] sum = new float[model.identity().dimension()];
        add(sum, texts.getFirst(), 2);
        add(sum, texts.getLast(), -0.5);
        add(sum, vector("dog-on-blue.jpg"), 0.5);
        add(sum, vector("rocket-on-black.png"), 1);
        add(sum, vector("pizza.webp"), 1);
        String picture = Base64.getEncoder().encodeToString(Files.readAllBytes(sample("rocket-on-black.png")));

        // when
        JsonNode found = post(
                JSON.writeValueAsString(Map.of(
                        "query",
                        List.of(
                                Map.of("text", "a pizza", "weight", 2),
                                Map.of("text", "dark night", "weight", -0.5),
                                Map.of("mediaId", "dog-on-blue.jpg", "weight", 0.5),
                                Map.of("image", picture),
                                Map.of("vector", vector("pizza.webp").toArray())))),
                200);

        // then
        assertSameAsExhaustiveSearch(found, Embedding.normalize(sum), Set.of("dog-on-blue.jpg"));
    }

    private static void add(float[] sum, Embedding vector, double weight) {
        float[] values = vector.toArray();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += (float) (weight * values[i]);
        }
    }

    private static void assertSameAsExhaustiveSearch(JsonNode found, Embedding query, Set<String> without) {
        List<String> expected = VECTORS.keySet().stream()
                .filter(id -> !without.contains(id))
                .sorted(Comparator.comparingDouble((String id) -> cosine(query, id))
                        .reversed())
                .toList();
        assertThat(ids(found)).isEqualTo(expected);
        for (JsonNode result : found.path("results")) {
            assertThat(result.path("cosine").asDouble())
                    .isCloseTo(cosine(query, result.path("mediaId").asString()), within(1e-4));
        }
    }

    private static Embedding vector(String mediaId) {
        return Objects.requireNonNull(VECTORS.get(mediaId), mediaId);
    }

    private static double cosine(Embedding query, String mediaId) {
        return query.cosine(vector(mediaId));
    }

    @Test
    void pagesOfSimilarMediaAreDisjointAndCompleteAndExcludeTheMedium() throws Exception {
        Set<String> seen = new LinkedHashSet<>();
        for (int offset = 0; offset < PICTURES.size() - 1; offset += 2) {
            List<String> page = ids(get("/v1/media/pizza.webp/similar?k=2&offset=" + offset, 200));
            assertThat(seen).doesNotContainAnyElementsOf(page);
            seen.addAll(page);
        }

        List<String> all = ids(get("/v1/media/pizza.webp/similar", 200));
        assertThat(List.copyOf(seen))
                .isEqualTo(all)
                .doesNotContain("pizza.webp")
                .hasSize(PICTURES.size() - 1);
    }

    @Test
    void aMediumWithAnUnusualIdIsReturnedWithItsTags() throws Exception {
        JsonNode medium = get("/v1/media/" + encoded(SLASHED), 200);

        assertThat(medium.path("mediaId").asString()).isEqualTo(SLASHED);
        assertThat(medium.path("uploadedAt").asString()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(medium.path("labelSet").asString()).isEqualTo("everyday");
        assertThat(medium.path("tags").get(0).path("probability").asDouble()).isBetween(0.0, 1.0);
        assertThat(ids(get("/v1/media/" + encoded(SLASHED) + "/similar", 200))).hasSize(PICTURES.size() - 1);
    }

    @Test
    void tagsAreNamedInTheLanguageOfTheRequestAndFoundByAliases() throws Exception {
        // given
        List<String> english = names(get("/v1/media/pizza.webp", 200));

        // when
        List<String> chinese = names(get("/v1/media/pizza.webp?language=zh-CN", 200));

        // then: the label's parent is a tag, too
        assertThat(english).contains("pizza", "food");
        assertThat(chinese).hasSameSizeAs(english).contains("披萨", "食物");
        assertThat(names(get("/v1/media?attributes=half=first&language=zh&k=1", 200)
                        .path("results")
                        .get(0)))
                .allMatch(name -> name.codePoints().anyMatch(Character::isIdeographic));
        JsonNode found = post("{\"query\": [{\"mediaId\": \"car-on-yellow.webp\"}], \"language\": \"zh\"}", 200);
        assertThat(found.path("results"))
                .filteredOn(result -> result.path("mediaId").asString().equals("pizza.webp"))
                .singleElement()
                .satisfies(result -> assertThat(names(result)).isEqualTo(chinese));
        assertThat(names(get("/v1/media/pizza.webp?language=fr", 200))).isEqualTo(english);
        assertThat(get("/v1/tags?tags=burger", 200)).isEqualTo(get("/v1/tags?tags=hamburger", 200));
        assertThat(get("/v1/media/pizza.webp?language=!", 400).path("detail").asString())
                .contains("BCP 47");
    }

    private static List<String> names(JsonNode medium) {
        List<String> names = new ArrayList<>();
        medium.path("tags").forEach(tag -> names.add(tag.path("displayName").asString()));
        return names;
    }

    @Test
    void filtersMatchTheNamedMedia() throws Exception {
        assertThat(ids(get("/v1/search?text=x&attributes=half=first", 200)))
                .containsExactlyInAnyOrder(SLASHED, "car-on-yellow.webp");
        assertThat(ids(get("/v1/media?uploadedFrom=2026-03-01T12:00:03Z", 200)))
                .containsExactly("rocket-on-black.png", "pizza.webp");
        assertThat(ids(get("/v1/media?order=oldest&uploadedFrom=2026-03-01T12:00:03Z", 200)))
                .containsExactly("pizza.webp", "rocket-on-black.png");
        assertThat(get("/v1/media?order=nearest", 400).path("detail").asString())
                .contains("newest or oldest");
        assertThat(ids(post("""
                        {"query": [{"text": "x"}],
                         "filter": {"attributes": {"half": "second"}, "uploadedBefore": "2026-03-01T12:00:03Z"}}""", 200))).containsExactly("dog-on-blue.jpg");
        String label = get("/v1/media/pizza.webp", 200)
                .path("tags")
                .get(0)
                .path("labelId")
                .asString();
        assertThat(ids(get("/v1/search?text=x&tags=" + encoded(label), 200))).contains("pizza.webp");
        assertThat(ids(get("/v1/search?text=x&noTags=" + encoded(label), 200))).doesNotContain("pizza.webp");
        assertThat(get("/v1/tags?tags=" + encoded(label) + "&k=1000", 200).path("tags"))
                .anyMatch(count -> count.path("labelId").asString().equals(label));
    }

    @Test
    void resultsReachTheMinimumCosine() throws Exception {
        List<String> own = ids(post(
                JSON.writeValueAsString(Map.of(
                        "query", List.of(Map.of("vector", vector("pizza.webp").toArray())), "minCosine", 0.999)),
                200));

        assertThat(own).containsExactly("pizza.webp");
    }

    @Test
    void aRepeatedTextIsNotEncodedAgain() throws Exception {
        get("/v1/search?text=asked%20twice", 200);
        long encoded = encodedTexts();

        get("/v1/search?text=asked%20twice", 200);

        assertThat(encodedTexts()).isEqualTo(encoded).isPositive();
    }

    private static long encodedTexts() throws Exception {
        return send(service, request("/actuator/prometheus"))
                .body()
                .lines()
                .filter(line -> line.startsWith("clipstream_search_text_seconds_count"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/search                                        | 400 | bad-query | parameter text",
                "/v1/search?text=%20                               | 400 | bad-query | 1 to 4096 characters",
                "/v1/search?text=a&txet=b                          | 400 | bad-query | txet",
                "/v1/search?text=a&k=0                             | 400 | bad-query | an integer from 1 to 1000",
                "/v1/search?text=a&k=many                          | 400 | bad-query | parameter k",
                "/v1/search?text=a&k=1.5                           | 400 | bad-query | an integer",
                "/v1/search?text=a&minCosine=2                     | 400 | bad-query | -1 to 1",
                "/v1/search?text=a&offset=9999                     | 400 | bad-query | 0 to 9968",
                "/v1/search?text=%ff%fe                            | 400 | bad-query | UTF-8",
                "/v1/search?text=a&uploadedFrom=monday             | 400 | bad-query | ISO 8601",
                "/v1/search?text=a&uploadedFrom=2026-03-01T12:00:00+02:00 | 400 | bad-query | %2B",
                "/v1/search?text=a&uploadedFrom=%2B999999999-01-01T00:00:00Z | 400 | bad-query | ISO 8601",
                "/v1/search?text=a&attributes=x                    | 400 | bad-query | NAME=VALUE",
                "/v1/search?text=a&k=100000                        | 400 | bad-query | found 100000.",
                "/v1/media/nobody?foo=1                            | 400 | bad-query | one of [language]",
                "/v1/media/a/b/c.png                               | 404 | no-such-path | %2F",
                "/v1/media/back%5Cslash                            | 404 | no-medium | 'back\\slash'",
                "/v1/score                                         | 405 | no-such-method | Expected POST",
                "/v1/media/nobody                                  | 404 | no-medium | 'nobody'",
                "/v1/media/nobody/similar                          | 404 | no-medium | 'nobody'",
            })
    void anInvalidParameterIsReportedByName(String path, int status, String code, String said) throws Exception {
        assertProblem(send(service, request(path)), status, code, said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                                 | 400 | bad-query   | line 1",
                "[]                                                | 400 | bad-query   | a JSON object",
                "{}                                                | 400 | bad-query   | query",
                "{\"query\": []}                                   | 400 | bad-query   | 1 to 32 parts",
                "{\"query\": [{}]}                                 | 400 | bad-query   | query[0]",
                "{\"query\": [{\"text\": 3}]}                      | 400 | bad-query   | query[0].text",
                "{\"query\": [{\"text\": \"a\", \"mediaId\": \"b\"}]} | 400 | bad-query | a separate part",
                "{\"query\": [{\"text\": \"a\", \"weight\": 0}]}   | 400 | bad-query   | other than 0",
                "{\"query\": [{\"text\": \"a\"}], \"kk\": 3}       | 400 | bad-query   | kk",
                "{\"query\": [{\"text\": \"a\"}], \"filter\": {\"tag\": []}} | 400 | bad-query | filter.tag",
                "{\"query\": [{\"vector\": [1, 2]}]}               | 400 | bad-query   | dimension 128",
                "{\"query\": [{\"vector\": [0, 0]}]}               | 400 | bad-query   | not all 0",
                "{\"query\": [{\"vector\": [1e300, 0]}]}            | 400 | bad-query   | finite",
                "{\"query\": [{\"image\": \"%%\"}]}                | 400 | bad-query   | base64",
                "{\"query\": [{\"image\": \"bm8gcGljdHVyZQ==\"}]}  | 422 | bad-picture | JPEG",
                "{\"query\": [{\"mediaId\": \"nobody\"}]}          | 404 | no-medium   | 'nobody'",
                "{\"query\": [{\"text\": \"a\"}, {\"text\": \"a\", \"weight\": -1}]} | 400 | bad-query | cancel",
            })
    void invalidJsonIsReportedWithItsLocation(String body, int status, String code, String said) throws Exception {
        assertProblem(send(service, postRequest(body)), status, code, said);
    }

    @Test
    void deeplyNestedJsonIsRefusedAndTheLongestTextFitsIntoAUrl() throws Exception {
        assertProblem(send(service, postRequest("[".repeat(100_000))), 400, "bad-query", "Expected JSON");
        assertThat(send(service, request("/v1/search?k=1&text=" + "%E8%80%81".repeat(4096)))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBodyAboveTheLimitIsRefused() throws Exception {
        assertProblem(send(service, postRequest(" ".repeat(1_000_001))), 413, "too-large", "at most 1000000 bytes");
    }

    @Test
    void unknownPathsAndMethodsAreProblems() throws Exception {
        HttpResponse<String> wrongMethod =
                send(service, request("/v1/search?text=a").DELETE());

        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void anInstanceWithKeysRequiresThem() throws Exception {
        try (Service other = start("first", "tagging", Map.of("clipstream.search.api-keys", "open,sesame"))) {
            assertProblem(send(other, request("/v1/search?text=a")), 401, "not-allowed", "Authorization");
            assertProblem(
                    send(other, request("/v1/search?text=a").header("Authorization", "Bearer wrong")),
                    401,
                    "not-allowed",
                    "found another.");
            // this instance has no index
            assertProblem(
                    send(other, request("/v1/search?text=a").header("Authorization", "Bearer sesame")),
                    404,
                    "no-index",
                    "topology indexing");
        }
    }

    @Test
    void anOpenAddressWithoutKeysRefusesAllRequests() throws Exception {
        try (Service other = start("first", "tagging", Map.of("server.address", "0.0.0.0"))) {
            assertProblem(send(other, request("/v1/search?text=a")), 401, "not-allowed", "search.api-keys");
            assertThat(send(other, request("/actuator/health/liveness")).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void searchesFailWhileRedisIsUnavailableAndThenRecover() throws Exception {
        try (RedisServer redis = RedisServer.startWithQueryEngine();
                Service other = start(
                        "redis",
                        "indexing",
                        Map.of("clipstream.index.url", redis.url(), "clipstream.index.max-backoff", "1s"))) {
            // given
            await(other, "/v1/media", answer -> answer.path("count").asInt() == PICTURES.size());

            // when
            redis.kill();

            // then
            HttpResponse<String> away = send(other, request("/v1/search?text=a"));
            assertProblem(away, 503, "unavailable", "Try again");
            assertThat(away.headers().firstValue("Retry-After")).isPresent();

            // when: Redis returns empty
            redis.restartAsBefore();

            // then
            await(other, "/v1/media", answer -> answer.path("count").asInt() == PICTURES.size());
            assertThat(ids(JSON.readTree(send(other, request("/v1/search?text=a%20red%20car"))
                            .body())))
                    .hasSize(PICTURES.size());
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code, String said) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("code").asString()).isEqualTo(code);
        assertThat(problem.path("detail").asString()).contains(said);
        for (String member : List.of("expected", "found", "remedy")) {
            assertThat(problem.path(member).asString()).as(member).isNotBlank();
        }
    }

    private static List<String> ids(JsonNode answer) {
        List<String> ids = new ArrayList<>();
        answer.path("results").forEach(result -> ids.add(result.path("mediaId").asString()));
        return ids;
    }

    private static void await(String path, Predicate<JsonNode> wanted) throws Exception {
        await(service, path, wanted);
    }

    private static void await(Service service, String path, Predicate<JsonNode> wanted) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            HttpResponse<String> response = send(service, request(path));
            last = response.body();
            if (response.statusCode() == 200 && wanted.test(JSON.readTree(last))) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("It did not come; the last answer of " + path + ": " + last);
    }

    private static JsonNode get(String path, int status) throws Exception {
        return read(send(service, request(path)), status);
    }

    private static JsonNode post(String body, int status) throws Exception {
        return read(send(service, postRequest(body)), status);
    }

    private static JsonNode read(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1" + path));
    }

    private static HttpRequest.Builder postRequest(String body) {
        return request("/v1/search")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(Service service, HttpRequest.Builder request) throws Exception {
        URI uri = request.build().uri();
        request.uri(URI.create("http://127.0.0.1:" + service.port() + uri.getRawPath()
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
