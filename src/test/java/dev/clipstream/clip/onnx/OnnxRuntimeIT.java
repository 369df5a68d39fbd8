package dev.clipstream.clip.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// ONNX Runtime's telemetry crashes the process if the command line is long, so a crash shows that telemetry is on.
class OnnxRuntimeIT {

    /// The child process.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            if (arguments[0].equals("ours")) {
                OnnxRuntime.environment();
            } else {
                ai.onnxruntime.OrtEnvironment.getEnvironment();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5000, 50_000})
    void itStartsWithACommandLineOfAnyLength(int padding) throws Exception {
        assertThat(start("ours", padding)).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withTelemetryALongCommandLineCrashesIt() throws Exception {
        // the control: if this fails, ONNX Runtime is repaired and telemetry is disabled for privacy only
        assertThat(start("theirs", 5000)).isNotZero();
    }

    private static int start(String which, int padding) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-Dpadding=" + "x".repeat(padding),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                which);
        ProcessBuilder child = new ProcessBuilder(command);
        // several variables disable telemetry, those of CI servers among them
        child.environment().clear();
        child.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return child.start().waitFor();
    }
}
