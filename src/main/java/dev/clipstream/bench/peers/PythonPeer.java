package dev.clipstream.bench.peers;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.ProcessDeadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What users would take instead: the peers of the script `peers.py`.
enum PythonPeer {
    /// A loop around a session of ONNX Runtime.
    ONNXRUNTIME("bare ONNX Runtime loop, Python", "pip install onnxruntime numpy pillow"),
    /// A loop around a model of transformers.
    TRANSFORMERS("transformers", "pip install transformers torch torchvision pillow"),
    /// infinity's engine.
    INFINITY(
            "infinity",
            "pip install infinity-emb==0.0.77 aiohttp transformers==4.49.0 optimum==1.24.0 'huggingface_hub<1' 'click<8.2'"
                    + " 'pillow<12' torch torchvision (old versions: in an environment of their own)");

    /// Variables that Clipstream's launcher sets, and one that takes processors from a peer.
    static final List<String> UNSET = List.of("MALLOC_ARENA_MAX", "ORT_DISABLE_TELEMETRY", "OMP_NUM_THREADS");

    private static final String SCRIPT = "peers.py";
    private static final Duration PROBE_LIMIT = Duration.ofMinutes(1);

    private final String title;
    private final String install;

    PythonPeer(String title, String install) {
        this.title = title;
        this.install = install;
    }

    String title() {
        return title;
    }

    /// Returns the name in the script.
    String script() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns how to install it.
    String install() {
        return install;
    }

    /// Writes the script into a folder.
    static Path writeScript(Path folder) throws IOException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream in = PythonPeer.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new IOException(
                        "Expected the resource " + SCRIPT + " in the program, found none. Build the program again.");
            }
            Files.copy(in, script);
        }
        return script;
    }

    /// Finds the first environment that has each peer.
    ///
    /// @param named     interpreters that the user named
    /// @param byDefault the interpreter to try if the user named none; it may be missing
    /// @param script    written by [#writeScript]
    /// @throws BenchmarkException if an interpreter that the user named does not run
    static Map<PythonPeer, String> find(List<String> named, String byDefault, Path script)
            throws BenchmarkException, InterruptedException {
        if (!named.isEmpty()) {
            return find(named, script);
        }
        try {
            return find(List.of(byDefault), script);
        } catch (BenchmarkException missing) {
            return Map.of();
        }
    }

    private static Map<PythonPeer, String> find(List<String> pythons, Path script)
            throws BenchmarkException, InterruptedException {
        Map<PythonPeer, String> found = new EnumMap<>(PythonPeer.class);
        for (String python : pythons) {
            JsonNode versions = probe(python, script);
            for (PythonPeer peer : values()) {
                if (versions.has(peer.script())) {
                    found.putIfAbsent(peer, python);
                }
            }
        }
        return found;
    }

    private static JsonNode probe(String python, Path script) throws BenchmarkException, InterruptedException {
        try {
            Process process = new ProcessBuilder(python, script.toString(), "probe")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (ProcessDeadline _ = ProcessDeadline.of(process, PROBE_LIMIT)) {
                Optional<String> line = process.inputReader().lines().findFirst();
                if (process.waitFor() == 0 && line.isPresent()) {
                    return JsonMapper.builder().build().readTree(line.get());
                }
            }
            throw new BenchmarkException(
                    "--python " + python + ": Expected Python 3.9 or later, found that it fails", null);
        } catch (IOException | JacksonException e) {
            throw new BenchmarkException("--python " + python + ": " + e.getMessage(), e);
        }
    }
}
