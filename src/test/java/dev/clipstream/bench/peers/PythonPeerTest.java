package dev.clipstream.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clipstream.bench.BenchmarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonPeerTest {
    @TempDir
    private Path folder;

    private Path script = Path.of("");

    @BeforeEach
    void writeScript() throws IOException {
        script = PythonPeer.writeScript(folder);
    }

    @Test
    void thePeersOfAnInterpreterAreThoseWhosePackagesItHas() throws Exception {
        // given metadata of the packages as pip leaves it, in a folder that Python searches
        assumeTrue(runs("python3"), "Expected python3 on the PATH");
        for (String name : List.of("onnxruntime", "numpy", "pillow")) {
            Path metadata = Files.createDirectories(folder.resolve(name + "-1.0.dist-info"));
            Files.writeString(
                    metadata.resolve("METADATA"), "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n");
        }

        // when the script's own folder is one that Python searches
        Map<PythonPeer, String> found = PythonPeer.find(List.of("python3"), "python3", script);

        // then
        assertThat(found).containsEntry(PythonPeer.ONNXRUNTIME, "python3");
    }

    @Test
    void anInterpreterThatDoesNotRunIsRefusedByItsOption() {
        assertThatExceptionOfType(BenchmarkException.class)
                .isThrownBy(() -> PythonPeer.find(List.of("/no/such/python"), "python3", script))
                .withMessageStartingWith("--python /no/such/python");
        assertThatExceptionOfType(BenchmarkException.class)
                .isThrownBy(() -> PythonPeer.find(List.of("false"), "python3", script))
                .withMessageContaining("found that it fails");
    }

    @Test
    void withoutAnInterpreterThereAreNoPeers() throws Exception {
        assertThat(PythonPeer.find(List.of(), "/no/such/python", script)).isEmpty();
        assertThat(PythonPeer.find(List.of(), "false", script)).isEmpty();
    }

    private static boolean runs(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
