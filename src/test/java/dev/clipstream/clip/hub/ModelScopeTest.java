package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.fetch.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Models from a local hub that speaks ModelScope's paths, and the cache of its real Python client.
class ModelScopeTest extends HubTest {
    private static final String NAME = "modelscope:" + ID;
    private static final String TOKEN = "ms-secret";

    private LoopbackServer modelScope;
    private final Set<String> more = new TreeSet<>();
    private volatile String refused = "";

    ModelScopeTest() throws IOException {
        modelScope = LoopbackServer.start(this::answer);
    }

    @BeforeEach
    void choose() {
        variables.put("MODELSCOPE_ENDPOINT", modelScope.uri(""));
        variables.put("MODELSCOPE_CACHE", folder.resolve("modelscope").toString());
    }

    @AfterEach
    void stopModelScope() {
        modelScope.close();
    }

    private Path files() {
        return folder.resolve("modelscope/models/acme--tiny-clip/snapshots/master");
    }

    private void answer(String request, int count, OutputStream out) throws IOException, InterruptedException {
        String line = request.split(" ", -1)[1];
        if (line.matches("/api/v1/models/" + ID + "/repo/files\\?Revision=(master|v2)&.*")) {
            LoopbackServer.content(listing()).to(request, count, out);
        } else if (line.matches("/api/v1/models/" + ID + "/repo\\?Revision=(master|v2)&FilePath=.*")) {
            String name = URLDecoder.decode(line.replaceFirst(".*FilePath=", ""), StandardCharsets.UTF_8);
            if (name.equals(refused)) {
                LoopbackServer.status(403).to(request, count, out);
            } else {
                LocalHub.part(request, "X-Served: ModelScope", hub.content(ID, name), out);
            }
        } else if (line.contains("/repo/files")) {
            LoopbackServer.content("{\"Code\":10010205001,\"Message\":\"no such model\",\"Success\":false}"
                            .getBytes(StandardCharsets.UTF_8))
                    .to(request, count, out);
        } else {
            LoopbackServer.status(404).to(request, count, out);
        }
    }

    private byte[] listing() {
        ObjectNode answer =
                JsonMapper.shared().createObjectNode().put("Code", 200).put("Success", true);
        ObjectNode data = answer.putObject("Data");
        data.putObject("LatestCommitter").put("Id", hub.commit(ID));
        ArrayNode files = data.putArray("Files");
        files.addObject().put("Path", "onnx").put("Type", "tree").put("Size", 0);
        for (String name : hub.names(ID)) {
            byte[] content = hub.content(ID, name);
            files.addObject()
                    .put("Path", name)
                    .put("Name", name.replaceFirst(".*/", ""))
                    .put("Type", "blob")
                    .put("Size", content.length)
                    .put("Sha256", LocalHub.sha256(content));
        }
        for (String name : more) {
            files.addObject()
                    .put("Path", name)
                    .put("Type", "blob")
                    .put("Size", 1)
                    .put("Sha256", LocalHub.sha256(new byte[1]));
        }
        return JsonMapper.shared().writeValueAsBytes(answer);
    }

    @Test
    void aModelComesIntoTheCacheOfModelScope() throws Exception {
        // given
        variables.put("MODELSCOPE_API_TOKEN", TOKEN);
        variables.put("HF_TOKEN", "hf_other");
        more.addAll(Set.of("../escaped.json", "visual/../../escaped.json"));

        // when
        Path found = locate(NAME).folder();

        // then
        assertThat(found).isEqualTo(files());
        requireComplete(found);
        assertThat(modelScope.requests())
                .allMatch(request -> LocalHub.header(request, "authorization").equals("Bearer " + TOKEN)
                        && LocalHub.header(request, "cookie").equals("m_session_id=" + TOKEN));
        assertThat(hub.requests()).isEmpty();
        try (ClipModel model = ModelOpening.open(locate(NAME), ModelOptions.DEFAULT.withDevices("cpu"))) {
            assertThat(model.identity().id()).isEqualTo(ID);
            assertThat(model.describe().commit()).hasValue(hub.commit(ID));
        }

        // and needs no network afterwards
        modelScope.close();
        assertThat(locate(NAME).folder()).isEqualTo(found);
    }

    @Test
    void aDownloadGoesOnAndAFileThatChangedIsReplaced() throws Exception {
        // given
        byte[] vision = hub.content(ID, VISION);
        Path incomplete = files().resolve(VISION + ".incomplete");
        Files.createDirectories(incomplete.getParent());
        Files.write(incomplete, Arrays.copyOf(vision, 7_000));
        locate(NAME);
        assertThat(modelScope.requests())
                .anyMatch(request -> LocalHub.header(request, "range").equals("bytes=7000-"));

        // when a file becomes another one of the same size
        byte[] config = hub.content(ID, "config.json").clone();
        config[config.length - 1] = ' ';
        hub.put(ID, "config.json", config);
        pull(NAME);

        // then
        assertThat(files().resolve("config.json")).hasBinaryContent(config);
    }

    @Test
    void anUpdateThatFailsLeavesTheModelAsItWas() throws Exception {
        // given a model whose files all change, one of which does not come
        Path found = locate(NAME).folder();
        byte[] config = hub.content(ID, "config.json");
        byte[] vision = hub.content(ID, VISION);
        byte[] changed = config.clone();
        changed[changed.length - 1] = ' ';
        byte[] other = vision.clone();
        other[100]++;
        hub.put(ID, "config.json", changed);
        hub.put(ID, VISION, other);
        refused = VISION;

        // when, then
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> pull(NAME));
        assertThat(found.resolve("config.json")).hasBinaryContent(config);
        assertThat(found.resolve(VISION)).hasBinaryContent(vision);

        // and the next one brings it
        refused = "";
        pull(NAME);
        requireComplete(found);
    }

    @Test
    void theFolderOfOlderClientsIsTheDefaultBranchAlone() throws Exception {
        // given what an older client left
        Path older = folder.resolve("modelscope/models/acme/tiny-clip");
        for (String name : hub.names(ID)) {
            Files.createDirectories(older.resolve(name).getParent());
            Files.write(older.resolve(name), hub.content(ID, name));
        }
        byte[] config = hub.content(ID, "config.json");

        // when, then
        assertThat(locate(NAME).folder()).isEqualTo(older);
        hub.put(ID, "config.json", "{}".getBytes(StandardCharsets.UTF_8));
        Path second = folder.resolve("modelscope/models/acme--tiny-clip/snapshots/v2");
        assertThat(locate(NAME + "@v2").folder()).isEqualTo(second);
        assertThat(second.resolve("config.json")).hasContent("{}");
        assertThat(older.resolve("config.json")).hasBinaryContent(config);

        // and another revision is not there without a network
        variables.put("HF_HUB_OFFLINE", "1");
        assertThat(locate(NAME).folder()).isEqualTo(older);
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> locate(NAME + "@v3"));
    }

    @Test
    void aModelThatIsNotThereIsRefused() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate("modelscope:acme/none"))
                .withMessageContaining("no such model")
                .withMessageContaining("https://modelscope.cn/models/acme/none")
                .withMessageContaining("MODELSCOPE_API_TOKEN");
    }

    @Test
    @EnabledIfEnvironmentVariable(
            named = "CLIPSTREAM_TEST_PYTHON",
            matches = ".+",
            disabledReason = "CLIPSTREAM_TEST_PYTHON=$(.ci/python) enables it")
    void clipstreamAndThePythonClientUseTheFilesOfEachOther() throws Exception {
        // given what Python downloads
        Map<String, String> said = Map.of("config.json", files() + "/config.json", VISION, files() + "/" + VISION);
        assertThat(python("config.json", VISION)).containsExactlyInAnyOrderElementsOf(said.values());
        int downloads = downloads(VISION);

        // when, then Clipstream pulls the rest
        requireComplete(locate(NAME).folder());
        assertThat(downloads(VISION)).isEqualTo(downloads);

        // and Python downloads none of that
        assertThat(python("onnx/text_model.onnx")).containsExactly(files() + "/onnx/text_model.onnx");
        assertThat(downloads("onnx/text_model.onnx")).isEqualTo(1);
    }

    private int downloads(String name) {
        String path = "FilePath=" + name.replace("/", "%2F") + " ";
        return (int) modelScope.requests().stream()
                .filter(request -> request.contains(path))
                .count();
    }

    private List<String> python(String... names) throws IOException, InterruptedException {
        String script = """
                import sys
                from modelscope_hub.compat import model_file_download
                for name in sys.argv[2:]:
                    print('file', model_file_download(sys.argv[1], name, revision='master'))
                """;
        List<String> command = new ArrayList<>(List.of(System.getenv("CLIPSTREAM_TEST_PYTHON"), "-c", script, ID));
        command.addAll(List.of(names));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        builder.environment().put("MODELSCOPE_HOME", folder.resolve("login").toString());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines()
                .filter(line -> line.startsWith("file "))
                .map(line -> line.substring("file ".length()))
                .toList();
    }
}
