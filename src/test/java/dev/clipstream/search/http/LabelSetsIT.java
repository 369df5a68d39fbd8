package dev.clipstream.search.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.label.LabelSetFile;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Label sets over HTTP: a set is previewed, written, applied to the stored media, changed, refused and removed.
class LabelSetsIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String FOOD =
            "{name: food, version: '%s', mode: exclusive, threshold: 0, topK: 1," + " labels: [pizza, %s]}";

    private static HttpClient client;
    private static SampleService samples;

    @BeforeAll
    static void start() throws Exception {
        client = HttpClient.newHttpClient();
        samples = SampleService.start();
    }

    @AfterAll
    static void stop() {
        samples.close();
        client.close();
    }

    @Test
    void aLabelSetLivesOnItsTopic() throws Exception {
        // given
        JsonNode before = json(send(request("/v1/labels")));
        assertThat(before.path("name").asString()).isEqualTo("everyday");
        assertThat(before.at("/sets/0/source").asString()).isEqualTo("configured");

        // when: previewed
        JsonNode preview = json(send(request("/v1/labels/food/preview")
                .header("Content-Type", "application/yaml")
                .POST(set("1", "car"))));

        // then: nothing is written
        assertThat(preview.path("media").asInt()).isPositive();
        assertThat(preview.path("changed").asInt())
                .as("each medium gets one of the two labels")
                .isEqualTo(preview.path("media").asInt());
        assertThat(preview.at("/labels/1/label").asString()).isEqualTo("pizza");
        assertThat(preview.at("/labels/0/added").asInt()
                        + preview.at("/labels/1/added").asInt())
                .isEqualTo(preview.path("media").asInt());
        assertThat(preview.at("/labels/1/addedMedia").size()).isPositive();
        assertThat(preview.path("faults").isEmpty()).isTrue();
        JsonNode unread = json(send(request("/v1/labels/food/preview")
                .header("Content-Type", "application/yaml")
                .POST(set("1", "кошка"))));
        assertThat(unread.at("/faults/0").asString()).contains("found 'a photo of a кошка.' of the label 'кошка'");
        assertThat(send(request("/v1/labels/food")).statusCode()).isEqualTo(404);

        // when: written
        HttpResponse<String> written = send(put("1", "car").header("If-None-Match", "*"));

        // then: it applies, and the stored media are tagged with it
        assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
        assertThat(written.headers().firstValue("ETag")).contains("\"1\"");
        JsonNode one = json(send(request("/v1/labels/food")));
        assertThat(LabelSetFile.read(new ByteArrayInputStream(one.toString().getBytes(StandardCharsets.UTF_8)), "json"))
                .as("the JSON is a label set file")
                .isEqualTo(LabelSetFile.read(
                        new ByteArrayInputStream(send(request("/v1/labels/food").header("Accept", "application/yaml"))
                                .body()
                                .getBytes(StandardCharsets.UTF_8)),
                        "yaml"));
        JsonNode progress = awaitDone();
        assertThat(progress.path("published").asInt()).isPositive();
        assertThat(progress.path("remainingSeconds").asDouble()).isZero();
        assertThat(json(send(request("/v1/labels"))).path("name").asString())
                .as("the primary set stays")
                .isEqualTo("everyday");

        // when: written again
        JsonNode same = json(send(put("1", "car")));

        // then
        assertThat(same.path("written").asBoolean()).isFalse();
        assertThat(send(put("1", "dog")).statusCode())
                .as("a version is written once")
                .isEqualTo(409);
        assertThat(send(put("2", "dog").header("If-Match", "\"7\"")).statusCode())
                .isEqualTo(412);
        assertThat(send(put("2", "dog").header("If-None-Match", "*")).statusCode())
                .isEqualTo(412);
        assertThat(send(put("2", "dog").header("If-Match", "\"1\"")).statusCode())
                .isEqualTo(200);

        // when: refused by the instance's own checks
        HttpResponse<String> yaml = send(request("/v1/labels/food")
                .header("Content-Type", "application/yaml")
                .PUT(BodyPublishers.ofString("name: food\nversion: '3'\nlabels:\n  - pizza\n  - no\n")));
        HttpResponse<String> twins = send(put("3", "{id: pie, names: {en: pizza}}"));

        // then
        assertThat(yaml.statusCode()).isEqualTo(400);
        assertThat(json(yaml).path("found").asString()).contains("body, line 5, labels[1]");
        assertThat(twins.statusCode()).isEqualTo(400);
        assertThat(json(twins).path("found").asString()).contains("'pizza', 'pie' share");
        assertThat(json(send(request("/v1/labels/food"))).path("version").asString())
                .isEqualTo("2");

        // when: removed
        HttpResponse<String> removed = send(request("/v1/labels/food").DELETE());

        // then
        assertThat(removed.statusCode()).as(removed.body()).isEqualTo(200);
        assertThat(send(request("/v1/labels/food")).statusCode()).isEqualTo(404);
        assertThat(send(request("/v1/labels/food").DELETE()).statusCode()).isEqualTo(404);
        assertThat(send(request("/v1/labels/everyday").DELETE()).statusCode())
                .as("the configured set is not on the topic")
                .isEqualTo(404);
    }

    @Test
    void anInvalidRequestIsReported() throws Exception {
        assertThat(send(request("/v1/labels/other")
                                .header("Content-Type", "application/yaml")
                                .PUT(set("1", "car")))
                        .body())
                .contains("use one name");
        assertThat(send(put("1", "car").header("If-Match", "1")).statusCode()).isEqualTo(400);
        assertThat(send(request("/v1/labels/food")
                                .header("Content-Type", "image/png")
                                .PUT(set("1", "car")))
                        .statusCode())
                .isEqualTo(415);
        assertThat(send(request("/v1/labels?x=1")).statusCode()).isEqualTo(400);
        assertThat(send(put("1", "car").header("Sec-Fetch-Site", "cross-site")).statusCode())
                .isEqualTo(401);
    }

    private static JsonNode awaitDone() throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        JsonNode progress = JSON.createObjectNode();
        while (!progress.path("done").asBoolean(false)) {
            assertThat(System.nanoTime()).as("%s", progress).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(100);
            progress = json(send(request("/v1/labels/food/progress")));
        }
        return progress;
    }

    private static HttpRequest.Builder put(String version, String label) {
        return request("/v1/labels/food")
                .header("Content-Type", "application/yaml")
                .PUT(set(version, label));
    }

    private static HttpRequest.BodyPublisher set(String version, String label) {
        return BodyPublishers.ofString(FOOD.replaceFirst("%s", version).replace("%s", label));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(samples.origin() + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }
}
