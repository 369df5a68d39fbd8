package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.fetch.LoopbackServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// Clipstream and the real `huggingface_hub` share a cache.
@EnabledIfEnvironmentVariable(
        named = "CLIPSTREAM_TEST_PYTHON",
        matches = ".+",
        disabledReason = "CLIPSTREAM_TEST_PYTHON=$(.ci/python) enables it")
class PythonClientTest extends HubTest {
    private static final String SNAPSHOT =
            "from huggingface_hub import snapshot_download\nprint(snapshot_download('" + ID + "'))";

    @Test
    void whatPythonPulledIsNotPulledAgain() throws Exception {
        // given
        String there = python(SNAPSHOT);
        int sent = hub.storageRequests().size();

        // when, then
        assertThat(locate(ID).folder()).isEqualTo(Path.of(there)).isEqualTo(snapshot());
        assertThat(hub.storageRequests()).hasSize(sent);
        assertThat(pulled.announcements()).isEmpty();
        try (ClipModel model = ModelOpening.open(locate(ID), ModelOptions.DEFAULT.withDevices("cpu"))) {
            assertThat(model.identity().id()).isEqualTo(ID);
        }

        // and not without a network either
        Files.delete(repository().resolve(".clipstream/" + hub.commit(ID) + ".json"));
        variables.put("HF_HUB_OFFLINE", "1");
        assertThat(locate(ID).folder()).isEqualTo(snapshot());
    }

    @Test
    void whatClipstreamPulledIsNotPulledAgainByPython() throws Exception {
        // given
        locate(ID);
        int sent = hub.storageRequests().size();
        int asked = hub.requests().size();

        // when
        String there = python("""
                from huggingface_hub import hf_hub_download
                for name in ['config.json', 'tokenizer.json', 'onnx/text_model.onnx', 'onnx/vision_model.onnx']:
                    print(hf_hub_download('%s', name))
                """.replace("%s", ID));

        // then
        assertThat(there).startsWith(snapshot().toString());
        assertThat(hub.storageRequests()).hasSize(sent);
        assertThat(hub.requests().subList(asked, hub.requests().size()))
                .hasSize(4)
                .allMatch(request -> request.startsWith("HEAD "));
    }

    @Test
    void pythonSeesAWholeCacheWithoutWarnings() throws Exception {
        locate(ID);

        assertThat(python("""
                        from huggingface_hub import scan_cache_dir, snapshot_download
                        found = scan_cache_dir()
                        repository, = found.repos
                        print(repository.repo_id, [str(w) for w in found.warnings], snapshot_download('%s', local_files_only=True))
                        """.replace("%s", ID))).isEqualTo(ID + " [] " + snapshot());
    }

    @Test
    void eachSideGoesOnWhereTheOtherWasCut() throws Exception {
        // given what Python leaves when it is killed: a part of a file
        byte[] vision = hub.content(ID, VISION);
        Path blob = repository().resolve("blobs").resolve(LocalHub.sha256(vision));
        Files.createDirectories(blob.getParent());
        Path incomplete = incompleteBlob(vision);
        Files.write(incomplete, Arrays.copyOf(vision, 1000));

        // when, then Clipstream asks for the rest
        locate(ID);
        assertThat(hub.storageRequests())
                .anyMatch(request -> LocalHub.header(request, "range").equals("bytes=1000-"));
        requireComplete(snapshot());

        // and Python asks for the rest of what Clipstream leaves
        Files.delete(snapshot().resolve(VISION));
        Files.delete(blob);
        Files.delete(repository().resolve(".clipstream/" + hub.commit(ID) + ".json"));
        hub.fault(request -> request.startsWith("GET /" + LocalHub.sha256(vision)), (request, count, out) -> {
            LoopbackServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + vision.length + "\r\n\r\n");
            out.write(vision, 0, 2000);
            out.close();
        });
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("2000 of " + vision.length + " bytes of " + VISION);
        hub.heal();
        assertThat(incomplete).hasSize(2000);
        python("from huggingface_hub import hf_hub_download\nprint(hf_hub_download('" + ID + "', '" + VISION + "'))");
        assertThat(hub.storageRequests().getLast()).contains("bytes=2000-");
        assertThat(blob).hasBinaryContent(vision);
    }

    @Test
    void aFileThatPythonIsWritingIsWaitedFor() throws Exception {
        // given Python's lock of the largest file
        byte[] vision = hub.content(ID, VISION);
        Path lock = folder.resolve("home/hub/.locks/models--acme--tiny-clip/" + LocalHub.sha256(vision) + ".lock");
        Process process = start("""
                from huggingface_hub.utils import WeakFileLock
                from pathlib import Path
                lock = Path('%s')
                lock.parent.mkdir(parents=True)
                with WeakFileLock(lock):
                    print('held', flush=True)
                    input()
                """.replace("%s", lock.toString()));
        try (BufferedReader said = output(process)) {
            assertThat(said.readLine()).isEqualTo("held");

            // when
            CompletableFuture<Path> found = CompletableFuture.supplyAsync(() -> {
                try {
                    return locate(ID).folder();
                } catch (ModelException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (pulled.announcements().isEmpty()
                    || pulled.received() < pulled.announcements().getFirst().bytes() - vision.length) {
                Thread.sleep(10);
            }

            // then everything else is there
            assertThat(found).isNotDone();
            assertThat(snapshot().resolve(VISION)).doesNotExist();

            // and the file comes when Python lets go
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            requireComplete(found.join());
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(System.getenv("CLIPSTREAM_TEST_PYTHON"), "-c", script);
        builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
        builder.environment().putAll(variables);
        builder.environment().put("HF_HUB_DISABLE_TELEMETRY", "1");
        builder.environment().put("HF_HUB_DISABLE_PROGRESS_BARS", "1");
        builder.redirectError(folder.resolve("python.err").toFile());
        return builder.start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Runs a script and returns the last line that it prints.
    private String python(String script) throws IOException, InterruptedException {
        Process process = start(script);
        String last = "";
        try (BufferedReader out = output(process)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                last = line;
            }
        }
        assertThat(process.waitFor())
                .as(() -> {
                    try {
                        return Files.readString(folder.resolve("python.err"));
                    } catch (IOException e) {
                        return e.toString();
                    }
                })
                .isZero();
        return last;
    }
}
