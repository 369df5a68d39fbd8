package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.hub.environment.HubEnvironment;
import dev.clipstream.clip.hub.http.Retries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A local hub with one model, and a cache.
@Timeout(120)
abstract class HubTest {
    static final String ID = "acme/tiny-clip";
    static final String VISION = "onnx/vision_model.onnx";
    static final Retries RETRIES = new Retries(3, Duration.ofMillis(1), Duration.ofSeconds(2));

    @TempDir
    Path folder;

    LocalHub hub;
    Path bundle = Path.of("");
    final Map<String, String> variables = new HashMap<>();
    final Pulled pulled = new Pulled();
    Retries retries = RETRIES;

    HubTest() {
        try {
            hub = new LocalHub();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void publish() throws IOException {
        bundle = RandomClip.write(folder.resolve("bundle"), Spec.TINY);
        hub.add(ID, bundle);
        hub.put(ID, "modeling.py", new byte[] {1});
        hub.put(ID, "pytorch_model.bin", new byte[] {1});
        hub.put(ID, "onnx/vision_model_fp16.onnx", new byte[] {1});
        variables.put("HF_ENDPOINT", hub.address().toString());
        variables.put("HF_HOME", folder.resolve("home").toString());
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    ModelHub hub() {
        return new ModelHub(new HubEnvironment(variables, folder), retries, InstantSource.system());
    }

    LocalBundle locate(String name) throws ModelException {
        ModelReference reference = ModelReference.parse(name);
        return hub().locate(reference, reference.weights().orElse("auto"), pulled);
    }

    LocalBundle pull(String name) throws ModelException {
        ModelReference reference = ModelReference.parse(name);
        return hub().pull(reference, reference.weights().orElse("auto"), pulled);
    }

    Path repository() {
        return folder.resolve("home/hub/models--acme--tiny-clip");
    }

    Path snapshot() {
        return repository().resolve("snapshots").resolve(hub.commit(ID));
    }

    /// Expects the files of the model, and no others, with the bytes of the hub.
    void requireComplete(Path snapshot) throws IOException {
        List<Path> there;
        try (Stream<Path> all = Files.walk(snapshot)) {
            there = all.filter(Files::isRegularFile).toList();
        }
        assertThat(there.stream().map(file -> snapshot.relativize(file).toString()))
                .contains(VISION, "onnx/text_model.onnx", "config.json", "tokenizer.json", "preprocessor_config.json")
                .doesNotContain("modeling.py", "pytorch_model.bin", "onnx/vision_model_fp16.onnx");
        for (Path file : there) {
            assertThat(file)
                    .hasBinaryContent(hub.content(ID, snapshot.relativize(file).toString()));
        }
    }

    /// Returns where the first bytes of a file are collected.
    Path incompleteBlob(byte[] content) {
        return repository().resolve("blobs").resolve(LocalHub.sha256(content) + ".incomplete");
    }

    /// Waits until a file has bytes: a client may drop what it has not read yet when its connection ends.
    static void await(Path file, long size) throws IOException, InterruptedException {
        while (!Files.exists(file) || Files.size(file) < size) {
            Thread.sleep(5);
        }
    }

    List<Path> incomplete() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("home"))) {
            return all.filter(file -> file.toString().endsWith(".incomplete")).toList();
        }
    }
}
