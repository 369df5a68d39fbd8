package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.fetch.LoopbackServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The command `model pull` in processes of their own.
class KilledPullTest extends HubTest {

    @Test
    void aPullGoesOnAfterItsProcessWasKilled() throws Exception {
        // given a pull that is killed in the middle of a file
        byte[] vision = hub.content(ID, VISION);
        CountDownLatch half = new CountDownLatch(1);
        hub.fault(request -> request.startsWith("GET /" + LocalHub.sha256(vision)), (request, count, out) -> {
            LoopbackServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + vision.length + "\r\n\r\n");
            out.write(vision, 0, vision.length / 2);
            half.countDown();
            Thread.sleep(60_000);
        });
        Process killed = start();
        assertThat(half.await(60, TimeUnit.SECONDS)).isTrue();
        await(incompleteBlob(vision), vision.length / 2);
        killed.destroyForcibly().waitFor();
        hub.heal();

        // when two processes pull at the same time
        Process first = start();
        Process second = start();

        // then each says where the model is, and every byte came once
        assertThat(said(first)).contains("\"ok\":true", hub.commit(ID));
        assertThat(said(second)).contains("\"ok\":true", hub.commit(ID));
        requireComplete(snapshot());
        assertThat(hub.storageRequests().stream()
                        .filter(request -> request.startsWith("GET /" + LocalHub.sha256(vision))))
                .hasSize(2)
                .last()
                .satisfies(request ->
                        assertThat(LocalHub.header(request, "range")).isEqualTo("bytes=" + vision.length / 2 + "-"));
    }

    private static String said(Process process) throws IOException, InterruptedException {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.clipstream.cli.Clipstream",
                "model",
                "pull",
                ID);
        builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
        builder.environment().putAll(variables);
        return builder.redirectErrorStream(true).start();
    }
}
