package dev.clipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Renders the chart with Helm, and starts a service the way a pod does.
class HelmChartIT {
    private static final Path CHART = Path.of("helm", "clipstream");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    @TempDir
    private Path folder;

    @Test
    void helmLintFindsNoProblem() {
        LintResult found = new Helm(CHART).lint().strict().call();

        assertThat(found.isFailed()).as(found.getMessages().toString()).isFalse();
    }

    @Test
    void aMissingImageIsReported() {
        assertThatThrownBy(() -> new Helm(CHART).template().withName("tags").call())
                .hasMessageContaining("image.repository: Expected an image");
    }

    @Test
    void eachRoleIsAStatefulSetWithItsOwnConfiguration() throws IOException {
        List<JsonNode> found = render("""
                image: {repository: registry.example/clipstream}
                settings: {bootstrap-servers: "kafka:9092", shutdown-timeout: 2m, embedding: {batch: 16}}
                roles:
                  embedding: {replicas: 3, settings: {embedding: {linger: 2ms}}}
                  indexing: {topologies: [indexing], replicas: 2}
                  tagging: null
                """);

        assertThat(found.stream().filter(kind("StatefulSet")))
                .extracting(set -> set.at("/metadata/name").asString())
                .containsExactlyInAnyOrder("tags-embedding", "tags-indexing");
        JsonNode pod = named(found, "StatefulSet", "tags-embedding").at("/spec/template/spec");
        assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isEqualTo(135);
        assertThat(pod.at("/containers/0/image").asString()).startsWith("registry.example/clipstream:");
        JsonNode embedding = config(found, "tags-embedding").path("clipstream");
        assertThat(embedding.at("/topologies/0").asString()).isEqualTo("embedding");
        assertThat(embedding.at("/embedding/batch").asInt()).isEqualTo(16);
        assertThat(embedding.at("/embedding/linger").asString()).isEqualTo("2ms");
        assertThat(config(found, "tags-indexing")
                        .at("/clipstream/embedding/linger")
                        .isMissingNode())
                .as("settings of another role")
                .isTrue();
        assertThat(named(found, "Service", "tags")
                        .at("/spec/selector/clipstream.dev~1lookups")
                        .asString())
                .isEqualTo("true");
        assertThat(found.stream().filter(kind("PodDisruptionBudget"))).hasSize(2);
    }

    @Test
    void theModelCacheIsAnEmptyFolderAClaimOfEachPodOrOneOfAll() throws IOException {
        List<JsonNode> empty = render("image: {repository: registry.example/clipstream}");
        List<JsonNode> each = render("""
                image: {repository: registry.example/clipstream}
                modelCache: {size: 5Gi, storageClass: fast, endpoint: "https://mirror.example"}
                """);
        List<JsonNode> all = render("""
                image: {repository: registry.example/clipstream}
                settings: {model: {path: openai/clip-vit-base-patch32}}
                modelCache: {existingClaim: models, offline: true}
                """);

        JsonNode container = named(empty, "StatefulSet", "tags-embedding").at("/spec/template/spec/containers/0");
        assertThat(container.at("/startupProbe/failureThreshold").asInt()).isEqualTo(60);
        assertThat(named(all, "StatefulSet", "tags-embedding")
                        .at("/spec/template/spec/containers/0/startupProbe/failureThreshold")
                        .asInt())
                .as("a pull takes longer")
                .isEqualTo(360);
        assertThat(variable(container, "HF_HOME")).isEqualTo("/var/cache/models/huggingface");
        assertThat(variable(container, "HF_HUB_OFFLINE")).isEmpty();
        assertThat(member(container.path("volumeMounts"), "models")
                        .path("mountPath")
                        .asString())
                .isEqualTo("/var/cache/models");
        assertThat(cacheOf(empty).has("emptyDir")).isTrue();

        JsonNode claim = named(each, "StatefulSet", "tags-embedding").at("/spec/volumeClaimTemplates/0");
        assertThat(claim.at("/metadata/name").asString()).isEqualTo("models");
        assertThat(claim.at("/spec/resources/requests/storage").asString()).isEqualTo("5Gi");
        assertThat(claim.at("/spec/storageClassName").asString()).isEqualTo("fast");
        assertThat(cacheOf(each).isMissingNode()).isTrue();
        assertThat(variable(
                        named(each, "StatefulSet", "tags-embedding").at("/spec/template/spec/containers/0"),
                        "HF_ENDPOINT"))
                .isEqualTo("https://mirror.example");

        assertThat(cacheOf(all).at("/persistentVolumeClaim/claimName").asString())
                .isEqualTo("models");
        assertThat(variable(
                        named(all, "StatefulSet", "tags-embedding").at("/spec/template/spec/containers/0"),
                        "HF_HUB_OFFLINE"))
                .isEqualTo("1");
    }

    @Test
    void aPodThatMayNotPullNeedsAClaimWithItsModel() {
        assertThatThrownBy(() -> render("""
                        image: {repository: registry.example/clipstream}
                        settings: {model: {path: openai/clip-vit-base-patch32}}
                        modelCache: {offline: true}
                        """))
                .hasMessageContaining("modelCache.offline: Expected an existing claim with the model openai/");
    }

    @Test
    void anInvalidShutdownTimeoutIsRefused() {
        assertThatThrownBy(() -> render("""
                        image: {repository: registry.example/clipstream}
                        settings: {shutdown-timeout: soon}
                        """))
                .hasMessageContaining("settings.shutdown-timeout: Expected a whole number");
    }

    @Test
    void aPodBecomesReady() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.temporary()) {
            // given
            int port = freePort();
            int health = freePort();
            List<JsonNode> found = render("""
                    image: {repository: registry.example/clipstream}
                    settings: {bootstrap-servers: "BROKER", topics: {create: true}}
                    spring: {server: {port: PORT}, management: {server: {port: HEALTH}}}
                    roles: {embedding: {topologies: [embedding, tagging]}, tagging: null}
                    """.replace("BROKER", broker.bootstrapServers())
                    .replace("PORT", Integer.toString(port))
                    .replace("HEALTH", Integer.toString(health)));
            JsonNode container = named(found, "StatefulSet", "tags-embedding").at("/spec/template/spec/containers/0");
            String config = container.at("/args/2").asString();
            Path file = Files.writeString(folder.resolve("clipstream.yaml"), configText(found, "tags-embedding"));
            assertThat(config).endsWith(file.getFileName().toString());
            assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(port);
            assertThat(container.at("/ports/1/containerPort").asInt()).isEqualTo(health);

            // when
            try (Program pod = Program.start(
                    container.at("/args/0").asString(), container.at("/args/1").asString(), file.toString())) {
                pod.awaitTalk(talk -> talk.contains("health and metrics at http://127.0.0.1:" + health + "/"));

                // then
                for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                    JsonNode get = container.at("/" + probe + "/httpGet");
                    assertThat(get.path("port").asString()).isEqualTo("health");
                    awaitWell(health, get.path("path").asString());
                }
                awaitWell(health, "/actuator/prometheus");
                assertThat(status(port, "/actuator/health")).isEqualTo(404);
            }
        }
    }

    private List<JsonNode> render(String values) throws IOException {
        Path file = Files.writeString(folder.resolve("values.yaml"), values);
        TemplateCommand template = new Helm(CHART).template().withName("tags").withValuesFile(file);
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(template.call())) {
            return documents.readAll().stream().filter(JsonNode::isObject).toList();
        }
    }

    private static Predicate<JsonNode> kind(String kind) {
        return found -> found.path("kind").asString().equals(kind);
    }

    private static JsonNode named(List<JsonNode> all, String kind, String name) {
        return all.stream()
                .filter(kind(kind))
                .filter(found -> found.at("/metadata/name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + all));
    }

    private static JsonNode cacheOf(List<JsonNode> found) {
        return member(named(found, "StatefulSet", "tags-embedding").at("/spec/template/spec/volumes"), "models");
    }

    private static JsonNode member(JsonNode list, String name) {
        return list.valueStream()
                .filter(member -> member.path("name").asString().equals(name))
                .findFirst()
                .orElseGet(MissingNode::getInstance);
    }

    private static String variable(JsonNode container, String name) {
        return member(container.path("env"), name).path("value").asString("");
    }

    private static String configText(List<JsonNode> all, String name) {
        return named(all, "ConfigMap", name).at("/data/clipstream.yaml").asString();
    }

    private static JsonNode config(List<JsonNode> all, String name) {
        return YAML.readTree(configText(all, name));
    }

    /// A pod may take a moment from its start to being ready, and must then be.
    private static void awaitWell(int port, String path) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (status(port, path) != 200) {
            assertThat(System.nanoTime()).as(path).isLessThan(deadlineNanos);
            Thread.sleep(100);
        }
    }

    private static int status(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
