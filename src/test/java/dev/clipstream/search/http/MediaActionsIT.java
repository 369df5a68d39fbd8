package dev.clipstream.search.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.cli.Ran;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.region.Box;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.search.Calibration;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The other HTTP operations: uploads and deletions, thumbnails, labels and scores, events, status.
class MediaActionsIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CAR = "car-on-yellow.webp";

    private static SampleService samples;
    private static HttpClient client;
    private static ClipModel model;

    @BeforeAll
    static void start() throws Exception {
        client = HttpClient.newHttpClient();
        model = ModelOpening.open(Home.defaultModel(), ModelOptions.DEFAULT);
        samples = SampleService.start();
    }

    @AfterAll
    static void stop() {
        samples.close();
        model.close();
        client.close();
    }

    @Test
    void anUploadIsSearchableAndCanBeDeleted() throws Exception {
        // when: the image is the request body
        HttpResponse<byte[]> uploaded =
                send(post("/v1/media?mediaId=up%2F1&attributes=camera=left", "image/webp", file(CAR)));

        // then
        assertThat(uploaded.statusCode()).as(text(uploaded)).isEqualTo(202);
        assertThat(json(uploaded).path("topic").asString()).isEqualTo("media.uploaded");
        JsonNode medium = await("/v1/media/up%2F1", 200);
        assertThat(medium.at("/attributes/camera").asString()).isEqualTo("left");
        assertThat(medium.path("uri").isNull()).isTrue();
        BufferedImage shown = picture(send(get("/v1/media/up%2F1/thumbnail?size=64")));
        assertThat(Math.max(shown.getWidth(), shown.getHeight())).isEqualTo(64);

        // when: the medium is deleted
        assertThat(send(delete("/v1/media/up%2F1")).statusCode()).isEqualTo(202);

        // then
        await("/v1/media/up%2F1", 404);
    }

    @Test
    void theDefaultMediaIdIsTheHashOfTheBytes() throws Exception {
        byte[] bytes = file("pizza.webp");
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));

        assertThat(json(send(post("/v1/media", "image/webp", bytes)))
                        .path("mediaId")
                        .asString())
                .isEqualTo(hash);
        String inJson =
                JSON.writeValueAsString(Map.of("image", Base64.getEncoder().encodeToString(bytes)));
        assertThat(json(send(post("/v1/media", inJson))).path("mediaId").asString())
                .isEqualTo(hash);
        await("/v1/media/" + hash, 200);
        send(delete("/v1/media/" + hash));
        await("/v1/media/" + hash, 404);
    }

    @Test
    void aVerdictIsPublishedAboutThePrimaryLabelSet() throws Exception {
        // when
        HttpResponse<byte[]> answer = send(post(
                "/v1/media/pizza.webp/feedback", "{\"label\": \"pizza\", \"verdict\": \"wrong\", \"by\": \"ann\"}"));

        // then
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(202);
        assertThat(json(answer).path("topic").asString()).isEqualTo("media.feedback");
        Ran consumed = Ran.of(
                "consume",
                "feedback",
                "--bootstrap-servers",
                samples.bootstrapServers(),
                "--from-beginning",
                "--json",
                "--max",
                "1",
                "--timeout",
                "30");
        assertThat(consumed.json().subList(0, 1))
                .extracting(
                        event -> event.path("mediaId").asString(),
                        event -> event.path("labelSet").asString(),
                        event -> event.path("labelId").asString(),
                        event -> event.path("verdict").asString(),
                        event -> event.path("by").asString())
                .containsExactly(tuple("pizza.webp", "everyday", "pizza", "WRONG", "ann"));
    }

    @Test
    void anUploadByUriIsSubjectToTheFetchLimits() throws Exception {
        assertThat(send(post("/v1/media", "{\"mediaId\": \"by-uri\", \"uri\": \"file:///etc/hostname\"}"))
                        .statusCode())
                .isEqualTo(202);

        JsonNode state = awaitState(found -> found.path("rejected").has("path-refused"));

        assertThat(state.at("/rejected/path-refused").asInt()).isPositive();
    }

    @Test
    void aTagIsExplainedWithThePartsOfTheImageThatSpeakForIt() throws Exception {
        // when
        JsonNode cat = json(send(get("/v1/media/cat-and-rabbit-on-orange.jpg/tags/cat/why")));
        JsonNode rabbit = json(send(get("/v1/media/cat-and-rabbit-on-orange.jpg/tags/rabbit/why?set=everyday")));

        // then: what decided, and what it rests on
        assertThat(cat.path("name").asString()).isEqualTo("cat");
        assertThat(cat.at("/stored/labelSetVersion").asString())
                .isEqualTo(cat.at("/current/labelSetVersion").asString());
        assertThat(cat.at("/stored/tagged")).isEqualTo(cat.at("/current/tagged"));
        JsonNode car = json(send(get("/v1/media/" + CAR + "/tags/car/why?regions=false")));
        assertThat(car.at("/stored/cosine").asDouble())
                .isCloseTo(car.at("/current/cosine").asDouble(), within(1e-6));
        assertThat(cat.path("prompts")
                        .valueStream()
                        .map(prompt -> prompt.path("text").asString()))
                .anySatisfy(prompt -> assertThat(prompt).contains("cat"));
        assertThat(cat.path("prompts")
                        .valueStream()
                        .map(prompt -> prompt.path("cosine").asDouble())
                        .toList())
                .isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(cat.path("background")).isNotEmpty();
        assertThat(cat.path("others")
                        .valueStream()
                        .map(other -> other.path("label").asString()))
                .contains("rabbit")
                .doesNotContain("cat");

        // and: a broader label says which one brought it
        JsonNode animal = json(send(get("/v1/media/cat-and-rabbit-on-orange.jpg/tags/animal/why?regions=false")));
        assertThat(animal.at("/stored/derivedFrom").asString()).isEqualTo("rabbit");
        assertThat(animal.at("/current/derivedFrom").asString()).isEqualTo("rabbit");

        // and: the cat is above the rabbit
        assertThat(cat.at("/regions/values")).hasSize(49);
        Box above = box(cat);
        Box below = box(rabbit);
        assertThat(above.overlap(below)).isLessThan(0.2);
        assertThat(above.top() + above.height() / 2).isLessThan(0.4);
        assertThat(below.top() + below.height() / 2).isGreaterThan(0.5);
        BufferedImage shown =
                picture(send(get("/v1/media/cat-and-rabbit-on-orange.jpg/tags/cat/why/heatmap?size=128")));
        assertThat(Math.max(shown.getWidth(), shown.getHeight())).isEqualTo(128);
    }

    private static Box box(JsonNode why) {
        JsonNode box = why.at("/regions/box");
        return new Box(
                box.path("x").asDouble(),
                box.path("y").asDouble(),
                box.path("width").asDouble(),
                box.path("height").asDouble());
    }

    @Test
    void aTagOfAMediumWhoseImageIsGoneIsExplainedWithoutRegions() throws Exception {
        // given: its URI leads nowhere any more
        Path file = Files.write(samples.folder().resolve("gone.webp"), file(CAR));
        String upload = JSON.writeValueAsString(
                Map.of("mediaId", "gone.webp", "uri", file.toUri().toString()));
        assertThat(send(post("/v1/media", upload)).statusCode()).isEqualTo(202);
        await("/v1/media/gone.webp", 200);
        Files.delete(file);

        // when
        HttpResponse<byte[]> why = send(get("/v1/media/gone.webp/tags/car/why"));

        // then
        assertThat(why.statusCode()).as(text(why)).isEqualTo(200);
        assertThat(json(why).path("regions").isNull()).isTrue();
        assertThat(json(why).path("regionsMissing").asString()).contains("the original image");
        assertThat(json(why).path("prompts")).isNotEmpty();
        assertThat(send(get("/v1/media/gone.webp/tags/car/why/heatmap")).statusCode())
                .isEqualTo(404);
        send(delete("/v1/media/gone.webp"));
        await("/v1/media/gone.webp", 404);
    }

    @Test
    void aLabelThatTheSetDoesNotHaveIsNotExplained() throws Exception {
        HttpResponse<byte[]> unknown = send(get("/v1/media/" + CAR + "/tags/nothing/why"));

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown).path("code").asString()).isEqualTo("no-label");
        assertThat(send(get("/v1/media/" + CAR + "/tags/car/why?set=nobodys")).statusCode())
                .isEqualTo(400);
        assertThat(send(get("/v1/media/" + CAR + "/tags/car/why?regions=maybe")).statusCode())
                .isEqualTo(400);
        JsonNode text = json(send(get("/v1/media/" + CAR + "/tags/car/why?regions=false")));
        assertThat(text.path("regions").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/media         | {}                                              | 400 | uri or image",
                "/v1/media         | {\"uri\": \"file:///x\"}                        | 400 | a media id",
                "/v1/media         | {\"mediaId\": \"a\", \"uri\": \"notauri\"}    | 400 | https://example.org",
                "/v1/media         | {\"image\": \"bm90IGEgcGljdHVyZQ==\"}           | 422 | JPEG",
                "/v1/media         | {\"mediaId\": \" \", \"uri\": \"file:///x\"}    | 400 | an id of 1 to",
                "/v1/media/pizza.webp/feedback | {\"label\": \"pizza\"}            | 400 | right or wrong",
                "/v1/media/pizza.webp/feedback | {\"label\": \"pitza\", \"verdict\": \"right\"} | 400 | of the set everyday",
                "/v1/media/pizza.webp/feedback | {\"label\": \"pizza\", \"verdict\": \"right\", \"labelSet\": \"no\"} | 400 | [everyday]",
                "/v1/media/nobody/feedback     | {\"label\": \"pizza\", \"verdict\": \"right\"} | 404 | nobody",
                "/v1/tag           | {}                                              | 400 | image or mediaId",
                "/v1/tag           | {\"mediaId\": \"nobody\"}                       | 404 | nobody",
                "/v1/tag           | {\"mediaId\": \"pizza.webp\", \"labels\": []}   | 400 | labels",
                "/v1/tag           | {\"mediaId\": \"pizza.webp\", \"labels\": [{\"prompts\": []}]} | 400 | id",
                "/v1/tag           | {\"mediaId\": \"pizza.webp\", \"mode\": \"multi\"} | 400 | no mode without labels",
                "/v1/tag           | {\"mediaId\": \"pizza.webp\", \"labels\": [\"a\"], \"mode\": \"both\"} | 400 | exclusive or multi",
                "/v1/tag           | {\"mediaId\": \"pizza.webp\", \"lables\": [\"a\"]} | 400 | lables",
                "/v1/score         | {\"images\": [], \"texts\": [\"a\"]}            | 400 | images",
                "/v1/score         | {\"images\": [{\"mediaId\": \"pizza.webp\"}]}   | 400 | texts",
                "/v1/score         | {\"images\": [{}], \"texts\": [\"a\"]}          | 400 | images[0]",
                "/v1/score         | {\"images\": [{\"mediaId\": \"pizza.webp\"}], \"texts\": [\" \"]} | 400 | blank",
                "/v1/score         | {\"images\": [{\"mediaId\": \"pizza.webp\"}], \"texts\": [\"a\\nb\"]} | 400 | one line",
                "/v1/tag           | {\"mediaId\": \"pizza.webp\", \"labels\": [\"\"]} | 400 | blank",
                "/v1/score         | nonsense                                        | 400 | JSON"
            })
    void anInvalidRequestIsReportedWithARemedy(String path, String body, int status, String said) throws Exception {
        HttpResponse<byte[]> answer = send(post(path, body));

        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(answer).path("detail").asString()).contains(said);
        assertThat(json(answer).path("remedy").asString()).isNotBlank();
    }

    @Test
    void invalidAndTooLargeImagesAreRefused() throws Exception {
        assertThat(send(post("/v1/media", "image/png", "no picture".getBytes(StandardCharsets.UTF_8)))
                        .statusCode())
                .isEqualTo(422);
        assertThat(send(post("/v1/media", "image/png", new byte[5 << 20])).statusCode())
                .isEqualTo(413);
        assertThat(send(post("/v1/media", "text/plain", file(CAR))).statusCode())
                .isEqualTo(415);
        assertThat(text(send(post("/v1/media", "text/plain", file(CAR))))).contains("bad-content-type", "image/*");
    }

    @Test
    void requestsOfAnotherSiteAreRefused() throws Exception {
        assertThat(send(delete("/v1/media/" + CAR).header("Sec-Fetch-Site", "cross-site"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(get("/v1/media/" + CAR).header("Sec-Fetch-Site", "cross-site"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(delete("/v1/media/" + CAR).header("Origin", "http://evil.example"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(get("/v1/media/" + CAR)
                                .header("Sec-Fetch-Site", "same-origin")
                                .header("Origin", samples.origin()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aFilterHasALimitedNumberOfConditions() throws Exception {
        String many = IntStream.range(0, 200).mapToObj(i -> "t" + i).collect(Collectors.joining(","));

        HttpResponse<byte[]> answer = send(get("/v1/media?anyTags=" + many));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("detail").asString()).contains("at most 100");
    }

    @Test
    void anInstanceWithEventClientsStopsImmediately() throws Exception {
        // given
        SampleService.Instance other = samples.another(Map.of());
        HttpResponse<InputStream> stream = client.send(
                HttpRequest.newBuilder(URI.create(other.origin() + "/v1/events"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);

        // when
        other.close();

        // then: the event stream ended before the timeout of the web server
        try (InputStream body = stream.body()) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains("listening");
        }
    }

    @Test
    void aThumbnailIsScaledAndRevalidated() throws Exception {
        // when
        HttpResponse<byte[]> first = send(get("/v1/media/" + CAR + "/thumbnail?size=128"));

        // then
        BufferedImage shown = picture(first);
        assertThat(Math.max(shown.getWidth(), shown.getHeight())).isEqualTo(128);
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(send(get("/v1/media/" + CAR + "/thumbnail?size=128").header("If-None-Match", tag))
                        .statusCode())
                .isEqualTo(304);
        assertThat(send(get("/v1/media/" + CAR + "/thumbnail?size=4")).statusCode())
                .isEqualTo(400);
        assertThat(send(get("/v1/media/nobody/thumbnail")).statusCode()).isEqualTo(404);
    }

    @Test
    void labelsOfARequestAreScoredLikeThoseOfTheTagger() throws Exception {
        // given
        String image = Base64.getEncoder().encodeToString(file(CAR));
        Embedding vector = model.imageSessions()
                .getFirst()
                .run(List.of(new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT)
                        .prepare(file(CAR))
                        .modelInput()))
                .getFirst();
        Embedding prompt =
                model.textEncoder().encode(List.of("a car on yellow")).getFirst();

        // when
        String body = "{\"image\": \"" + image
                + "\", \"labels\": [\"pizza\", {\"id\": \"car\", \"prompts\": [\"a car on yellow\"]}]}";
        JsonNode tags = json(send(post("/v1/tag", body))).path("tags");

        // then
        assertThat(tags).hasSize(2);
        assertThat(tags.get(0).path("label").asString()).isEqualTo("car");
        assertThat(tags.get(0).path("cosine").asDouble()).isCloseTo(vector.cosine(prompt), within(1e-4));
        assertThat(tags.get(0).path("probability").asDouble()
                        + tags.get(1).path("probability").asDouble())
                .isCloseTo(1, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "/v1/tag   | [\"cat\"]                     | Expected at least two labels in mode exclusive",
                "/v1/tag   | [\"Cat\", \"cat\"]            | 'Cat', 'cat' share",
                "/v1/score | [\"a dog\", \"a dog\"]        | '0', '1' share"
            })
    void labelsWhoseProbabilitiesMisleadComeWithWarnings(String path, String labels, String said) throws Exception {
        String body = path.equals("/v1/tag")
                ? "{\"mediaId\": \"pizza.webp\", \"labels\": " + labels + "}"
                : "{\"images\": [{\"mediaId\": \"pizza.webp\"}], \"texts\": " + labels + "}";

        JsonNode answer = json(send(post(path, body)));

        assertThat(answer.path("warnings").size()).isEqualTo(1);
        assertThat(answer.path("warnings").get(0).asString()).contains(said);
    }

    @Test
    void aMissingParameterIsToBeAdded() throws Exception {
        JsonNode problem = json(send(get("/v1/search")));

        assertThat(problem.path("found").asString()).isEqualTo("nothing");
        assertThat(problem.path("remedy").asString()).isEqualTo("add it");
    }

    @Test
    void aTextThatIsCutComesWithAWarning() throws Exception {
        String text = "a photo of a very ".repeat(30);

        JsonNode cut = json(send(post("/v1/search", "{\"query\": [{\"text\": \"" + text + "\"}]}")));
        JsonNode whole = json(send(post("/v1/search", "{\"query\": [{\"text\": \"a dog\"}]}")));

        assertThat(cut.path("warnings").get(0).asString()).contains("which is cut: '" + text);
        assertThat(whole.has("warnings")).isFalse();
    }

    @Test
    void theDefaultLabelsAreThoseOfTheTopology() throws Exception {
        JsonNode tags =
                json(send(post("/v1/tag", "{\"mediaId\": \"pizza.webp\"}"))).path("tags");

        assertThat(tags.size()).isGreaterThan(150);
        assertThat(tags.get(0).path("label").asString()).isEqualTo("pizza");
    }

    @Test
    void scoresAreAMatrixOfImagesAndTexts() throws Exception {
        // when
        JsonNode scores = json(send(post(
                "/v1/score",
                "{\"images\": [{\"mediaId\": \"pizza.webp\"}, {\"mediaId\": \"dog-on-blue.jpg\"}],"
                        + " \"texts\": [\"a photo of a pizza\", \"一只狗\", \"a photo of a dog\"]}")));
        assertThat(json(send(post(
                                "/v1/score",
                                "{\"images\": [{\"mediaId\": \"pizza.webp\"}], \"texts\": [\"a\", \"a\", \"b\"]}")))
                        .at("/cosines/0"))
                .as("a column for each text")
                .hasSize(3);

        // then
        JsonNode cosines = scores.path("cosines");
        JsonNode probabilities = scores.path("probabilities");
        double scale = model.scoring().scale();
        for (int row = 0; row < 2; row++) {
            double sum = 0;
            double[] softmax = new double[3];
            for (int column = 0; column < 3; column++) {
                softmax[column] = Math.exp(scale * cosines.get(row).get(column).asDouble());
                sum += softmax[column];
            }
            for (int column = 0; column < 3; column++) {
                assertThat(probabilities.get(row).get(column).asDouble())
                        .isCloseTo(softmax[column] / sum, within(1e-6));
            }
        }
        assertThat(probabilities.get(0).get(0).asDouble()).isGreaterThan(0.9);
        assertThat(probabilities.get(1).get(0).asDouble()).isLessThan(0.1);
    }

    @Test
    void taggedMediaAreStreamedAsEvents() throws Exception {
        // given
        HttpResponse<InputStream> stream =
                client.send(get("/v1/events").build(), HttpResponse.BodyHandlers.ofInputStream());
        List<String> heard = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo(":listening");

            // when: repeated until the client receives events of every partition
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        send(post("/v1/media?mediaId=live", "image/webp", file("pizza.webp")));
                        Thread.sleep(500);
                    }
                } catch (Exception e) {
                    Thread.currentThread().interrupt();
                }
            });
            String line;
            while ((line = lines.readLine()) != null) {
                heard.add(line);
                if (line.startsWith("data:") && line.contains("\"mediaId\":\"live\"")) {
                    break;
                }
            }
            sender.interrupt();
            sender.join();
        }

        // then
        assertThat(stream.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(heard).contains("event:tagged");
        JsonNode data = JSON.readTree(heard.getLast().substring("data:".length()));
        assertThat(data.path("mediaId").asString()).isEqualTo("live");
        assertThat(data.at("/tags/0/labelId").asString()).isEqualTo("pizza");
        send(delete("/v1/media/live"));
        await("/v1/media/live", 404);
    }

    @Test
    void nearDuplicatesAreGrouped() throws Exception {
        // given: two more copies of an image
        for (String copy : List.of("copy-1", "copy-2")) {
            send(post("/v1/media?attributes=group=copies&mediaId=" + copy, "image/png", file("rocket-on-black.png")));
            await("/v1/media/" + copy, 200);
        }

        // when
        JsonNode found = json(send(get("/v1/duplicates?cosine=0.999")));

        // then
        assertThat(found.path("complete").asBoolean()).isTrue();
        assertThat(found.path("groups")).hasSize(1);
        assertThat(found.at("/groups/0/count").asInt()).isEqualTo(3);
        List<String> ids = new ArrayList<>();
        found.at("/groups/0/media").forEach(one -> ids.add(one.path("mediaId").asString()));
        assertThat(ids).containsExactly("copy-2", "copy-1", "rocket-on-black.png");
        assertThat(found.at("/groups/0/cosine").asDouble()).isBetween(0.999, 1.0);
        assertThat(json(send(get("/v1/duplicates?cosine=0.999&attributes=group%3Dcopies")))
                        .at("/groups/0/media"))
                .hasSize(2);
        assertThat(json(send(get("/v1/duplicates?examine=1"))).path("complete").asBoolean())
                .isFalse();
        assertThat(send(get("/v1/duplicates?cosine=2")).statusCode()).isEqualTo(400);
        for (String copy : List.of("copy-1", "copy-2")) {
            send(delete("/v1/media/" + copy));
            await("/v1/media/" + copy, 404);
        }
    }

    @Test
    void resultsHavePercentilesWithACalibration(@TempDir Path folder) throws Exception {
        // given
        List<Embedding> texts = model.textEncoder().encode(List.of("a pizza", "a dog", "a car", "snow", "number"));
        Path file = folder.resolve("calibration.json");
        Calibration measured = Calibration.measure(model.identity(), texts, texts, 1000, 1);
        measured.write(file);

        try (SampleService.Instance calibrated =
                samples.another(Map.of("clipstream.search.calibration", file.toString()))) {
            // when
            JsonNode found = json(
                    send(HttpRequest.newBuilder(URI.create(calibrated.origin() + "/v1/search?text=a%20pizza&k=3"))));

            // then
            for (JsonNode result : found.path("results")) {
                assertThat(result.path("percentile").asDouble())
                        .isEqualTo(measured.percentile(result.path("cosine").asDouble(), true));
            }
        }
    }

    @Test
    void withoutACalibrationTheServiceMeasuresPercentiles() throws Exception {
        JsonNode found = json(send(get("/v1/search?text=a%20pizza&k=62"))).path("results");

        assertThat(found.at("/0/mediaId").asString()).isEqualTo("pizza.webp");
        assertThat(found.at("/0/percentile").asDouble()).isBetween(99.0, 100.0);
        assertThat(found.at("/10/percentile").asDouble()).isBetween(1.0, 99.0);
        assertThat(json(send(get("/v1/search?text=asdfgh%20qwerty")))
                        .at("/results/0/percentile")
                        .asDouble())
                .as("a text without a meaning")
                .isLessThan(99);
        assertThat(json(send(post("/v1/search", "{\"query\": [{\"text\": \"a pizza\"}, {\"text\": \"a dog\"}]}")))
                        .at("/results/0")
                        .has("percentile"))
                .as("a mixed query")
                .isFalse();
    }

    @Test
    void anOriginalHasItsBytesAndTheirType() throws Exception {
        HttpResponse<byte[]> stored = send(get("/v1/media/" + CAR + "/original"));

        assertThat(stored.statusCode()).as(text(stored)).isEqualTo(200);
        assertThat(stored.body()).isEqualTo(file(CAR));
        assertThat(stored.headers().firstValue("Content-Type")).hasValue("image/webp");
        assertThat(stored.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(stored.headers().firstValue("Content-Security-Policy")).hasValue("default-src 'none'; sandbox");
        assertThat(stored.headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("inline")
                .contains(CAR);
        assertThat(send(get("/v1/media/nobody/original")).statusCode()).isEqualTo(404);

        // when: the uploader claims another type, and the id has no extension
        send(post("/v1/media?mediaId=claimed", "image/svg+xml", file("pizza.webp")));
        await("/v1/media/claimed", 200);

        // then
        HttpResponse<byte[]> claimed = send(get("/v1/media/claimed/original"));
        assertThat(claimed.headers().firstValue("Content-Type")).hasValue("image/webp");
        assertThat(claimed.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("claimed.webp");
        send(delete("/v1/media/claimed"));
        await("/v1/media/claimed", 404);
    }

    @Test
    void theOriginalOfABackfilledImageIsReadFromItsTopic() throws Exception {
        // given
        samples.backfill("backfilled", CAR);
        await("/v1/media/backfilled", 200);

        // when
        HttpResponse<byte[]> stored = send(get("/v1/media/backfilled/original"));

        // then
        assertThat(stored.statusCode()).as(text(stored)).isEqualTo(200);
        assertThat(stored.body()).isEqualTo(file(CAR));
        send(delete("/v1/media/backfilled"));
        await("/v1/media/backfilled", 404);
    }

    @Test
    void bytesThatAreNoImageAreNoOriginal() throws Exception {
        // given: a medium whose URI leads to something else by now
        Path source = Files.write(samples.folder().resolve("turned.webp"), file(CAR));
        source.toFile().deleteOnExit();
        send(post(
                "/v1/media",
                JSON.writeValueAsString(
                        Map.of("mediaId", "turned", "uri", source.toUri().toString()))));
        await("/v1/media/turned", 200);
        Files.writeString(source, "BM begins a BMP, and a secret follows");

        for (int i = 0; i < 6; i++) { // more than are served at the same time
            // when
            HttpResponse<byte[]> turned = send(get("/v1/media/turned/original"));

            // then
            assertThat(turned.statusCode()).isEqualTo(404);
            assertThat(json(turned).path("code").asString()).isEqualTo("no-picture");
            assertThat(text(turned)).doesNotContain("secret");
            assertThat(send(get("/v1/media/" + CAR + "/original")).statusCode()).isEqualTo(200);
        }
        send(delete("/v1/media/turned"));
        await("/v1/media/turned", 404);
    }

    @Test
    void theLabelsOfTheServiceHaveNamesInEveryLanguage() throws Exception {
        JsonNode set = json(send(get("/v1/labels")));

        assertThat(set.path("name").asString()).isEqualTo("everyday");
        assertThat(set.path("language").asString()).isEqualTo("en");
        JsonNode cat = set.path("labels")
                .valueStream()
                .filter(label -> label.path("id").asString().equals("cat"))
                .findFirst()
                .orElseThrow();
        assertThat(cat.at("/names/en").asString()).isEqualTo("cat");
        assertThat(cat.at("/names/zh").asString()).isEqualTo("猫");
    }

    @Test
    void theStatusCountsRejectionsApartFromImages() throws Exception {
        JsonNode before = awaitState(state ->
                state.path("inFlight").asInt(-1) == 0 && state.path("lag").asInt(-1) == 0);
        send(post("/v1/media", "{\"mediaId\": \"refused\", \"uri\": \"file:///etc/hostname\"}"));

        JsonNode after = awaitState(state -> state.path("rejectedPerSecond").asDouble() > 0);

        assertThat(after.path("rejectedPerSecond").asDouble()).isPositive();
        assertThat(after.path("embedded").asLong())
                .isEqualTo(before.path("embedded").asLong());
    }

    @Test
    void theStatusShowsTheRunningTopologies() throws Exception {
        JsonNode state = json(send(get("/v1/state")));

        assertThat(state.at("/model/id").asString()).isEqualTo("clipstream-tiny");
        assertThat(state.path("labelSet").asString()).isEqualTo("everyday");
        for (String topology : List.of("embedding", "tagging", "indexing")) {
            assertThat(state.path("streams").path(topology).asString()).isEqualTo("RUNNING");
        }
        assertThat(state.path("tagged").asInt()).isGreaterThanOrEqualTo(62);
        assertThat(state.path("meanBatch").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(state.at("/index/kind").asString()).isEqualTo("lucene");
        assertThat(state.at("/index/media").asInt()).isGreaterThanOrEqualTo(62);
        assertThat(state.at("/index/health").asString()).isEqualTo("UP");
        assertThat(state.path("backfillLag").isNumber()).isTrue();
        assertThat(state.path("maxResults").asInt()).isEqualTo(1000);
    }

    @Test
    void standingQueriesAreSavedListedAndRemoved() throws Exception {
        // when: one by text, one by a stored medium
        HttpResponse<byte[]> byText = send(put(
                "/v1/alerts/red-vans",
                "{\"text\": \"a red van\", \"not\": [\"a red car\"], \"threshold\": 0.7, \"allTags\": [\"car\"],"
                        + " \"attributes\": {\"camera\": \"gate\"}}"));
        HttpResponse<byte[]> byMedium =
                send(put("/v1/alerts/like-pizza", "{\"mediaId\": \"pizza.webp\", \"minCosine\": 0.9}"));

        // then
        assertThat(byText.statusCode()).as(text(byText)).isEqualTo(200);
        assertThat(byMedium.statusCode()).as(text(byMedium)).isEqualTo(200);
        JsonNode alerts = json(send(get("/v1/alerts"))).path("alerts");
        assertThat(alerts).hasSize(2);
        assertThat(alerts.get(0)).isEqualTo(json(byMedium));
        assertThat(alerts.get(0).path("picture").asString()).isEqualTo("pizza.webp");
        assertThat(alerts.get(0).path("minCosine").asDouble()).isCloseTo(0.9, within(1e-9));
        assertThat(alerts.get(1)).isEqualTo(JSON.readTree("""
                                {"name": "red-vans", "version": "1", "text": "a red van", "not": ["a red car"],
                                 "language": "en", "threshold": 0.7, "attributes": {"camera": "gate"},
                                 "allTags": ["car"], "anyTags": [], "noTags": []}"""));

        // when: the name is taken, and then again without the condition
        HttpResponse<byte[]> taken =
                send(put("/v1/alerts/red-vans", "{\"text\": \"a blue van\"}").header("If-None-Match", "*"));
        HttpResponse<byte[]> replaced = send(put("/v1/alerts/red-vans", "{\"text\": \"a blue van\"}"));

        // then
        assertThat(taken.statusCode()).isEqualTo(412);
        assertThat(json(taken).path("code").asString()).isEqualTo("alert-exists");
        assertThat(json(replaced).path("version").asString()).isEqualTo("2");

        // when
        for (String name : List.of("red-vans", "like-pizza")) {
            assertThat(send(delete("/v1/alerts/" + name)).statusCode()).isEqualTo(200);
        }

        // then
        assertThat(json(send(get("/v1/alerts"))).path("alerts")).isEmpty();
        assertThat(send(delete("/v1/alerts/red-vans")).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                   | 400 | neither",
                "{\"text\": \" \"}                                    | 400 | blank",
                "{\"text\": \"a van\", \"mediaId\": \"pizza.webp\"}   | 400 | both",
                "{\"text\": \"a van\", \"threshold\": 2}              | 400 | threshold",
                "{\"mediaId\": \"nobody\"}                            | 404 | nobody",
                "{\"image\": \"bm90IGEgcGljdHVyZQ==\"}                | 422 | JPEG",
                "{\"text\": \"a van\", \"sensitivity\": 1}            | 400 | sensitivity"
            })
    void invalidStandingQueriesAreRefused(String body, int status, String reason) throws Exception {
        HttpResponse<byte[]> answer = send(put("/v1/alerts/invalid", body));

        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        assertThat(text(answer)).contains(reason);
    }

    private static JsonNode awaitState(Predicate<JsonNode> wanted) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        JsonNode state = JSON.createObjectNode();
        while (System.nanoTime() < deadline && !wanted.test(state)) {
            state = json(send(get("/v1/state")));
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return state;
    }

    private static JsonNode await(String path, int status) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        HttpResponse<byte[]> answer = send(get(path));
        while (answer.statusCode() != status && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(100);
            answer = send(get(path));
        }
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        return json(answer);
    }

    private static byte[] file(String name) throws IOException {
        return Files.readAllBytes(Path.of(Home.samples().toString(), name));
    }

    private static BufferedImage picture(HttpResponse<byte[]> answer) throws IOException {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("image/jpeg");
        return ImageIO.read(new ByteArrayInputStream(answer.body()));
    }

    private static HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create(samples.origin() + path));
    }

    private static HttpRequest.Builder delete(String path) {
        return get(path).DELETE();
    }

    private static HttpRequest.Builder put(String path, String body) {
        return get(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body));
    }

    private static HttpRequest.Builder post(String path, String body) {
        return post(path, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpRequest.Builder post(String path, String type, byte[] body) {
        return get(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        return JSON.readTree(answer.body());
    }
}
