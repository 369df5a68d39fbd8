package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.hub.cache.CacheLock;
import dev.clipstream.clip.hub.http.Retries;
import dev.clipstream.fetch.LoopbackServer;
import dev.clipstream.index.redis.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong between a hub and a cache.
class HubFaultsTest extends HubTest {
    private static final String SECRET = "hf_secretsecretsecret";

    private Predicate<String> download(String path) {
        return request -> request.startsWith("GET /" + LocalHub.sha256(hub.content(ID, path)));
    }

    @Test
    void aCutDownloadGoesOnWhereItEnded() throws Exception {
        // given a storage host that cuts twice after some bytes
        byte[] vision = hub.content(ID, VISION);
        hub.faultOnce(download(VISION), 2, (request, count, out) -> {
            int from = LocalHub.header(request, "range").isEmpty() ? 0 : 20_000;
            LoopbackServer.write(
                    out,
                    from == 0
                            ? "HTTP/1.1 200 OK\r\nContent-Length: " + vision.length + "\r\n\r\n"
                            : "HTTP/1.1 206 Part\r\nContent-Range: bytes " + from + "-" + (vision.length - 1) + "/"
                                    + vision.length + "\r\nContent-Length: " + (vision.length - from) + "\r\n\r\n");
            out.write(vision, from, 20_000);
            await(incompleteBlob(vision), from + 20_000);
            out.close();
        });

        // when
        locate(ID);

        // then
        requireComplete(snapshot());
        assertThat(hub.storageRequests().stream()
                        .filter(download(VISION))
                        .map(request -> LocalHub.header(request, "range")))
                .containsExactly("", "bytes=20000-", "bytes=40000-");
        assertThat(pulled.received())
                .isEqualTo(pulled.announcements().getFirst().bytes());
    }

    @Test
    void whatAnEarlierProcessLeftBehindIsKeptIfItIsRight() throws Exception {
        // given the beginning of one file, and other bytes of another
        byte[] vision = hub.content(ID, VISION);
        byte[] text = hub.content(ID, "onnx/text_model.onnx");
        leave(vision, Arrays.copyOf(vision, 5_000));
        leave(text, new byte[5_000]);

        // when
        locate(ID);

        // then
        requireComplete(snapshot());
        assertThat(incomplete()).isEmpty();
        assertThat(pulled.announcements().getFirst().present()).isEqualTo(10_000);
        assertThat(hub.storageRequests().stream().filter(download(VISION))).hasSize(1);
        assertThat(hub.storageRequests().stream().filter(download("onnx/text_model.onnx")))
                .hasSize(2);
    }

    private void leave(byte[] content, byte[] part) throws IOException {
        Files.createDirectories(repository().resolve("blobs"));
        Files.write(incompleteBlob(content), part);
    }

    @Test
    void aServerThatKnowsNoRangesSendsTheWholeAgain() throws Exception {
        byte[] vision = hub.content(ID, VISION);
        leave(vision, Arrays.copyOf(vision, 5_000));
        hub.fault(download(VISION), LoopbackServer.content(vision));

        locate(ID);

        requireComplete(snapshot());
    }

    @ParameterizedTest
    @ValueSource(strings = {"other bytes", "too many", "another part"})
    void wrongBytesNeverBecomeAFile(String fault) throws Exception {
        // given
        byte[] vision = hub.content(ID, VISION);
        byte[] wrong = vision.clone();
        wrong[wrong.length / 2]++;
        if (fault.equals("another part")) {
            leave(vision, Arrays.copyOf(vision, 5_000));
        }
        hub.fault(download(VISION), (request, count, out) -> {
            switch (fault) {
                case "other bytes" -> LoopbackServer.content(wrong).to(request, count, out);
                case "too many" ->
                    LoopbackServer.content(Arrays.copyOf(vision, vision.length + 1_000_000))
                            .to(request, count, out);
                default ->
                    LoopbackServer.write(
                            out,
                            "HTTP/1.1 206 Part\r\nContent-Range: bytes 0-9/10\r\nContent-Length: 10\r\n\r\n0123456789");
            }
        });

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining(VISION);
        assertThat(snapshot().resolve(VISION)).doesNotExist();
        assertThat(repository().resolve("refs/main")).doesNotExist();

        // and the model comes when the server is well again
        hub.heal();
        locate(ID);
        requireComplete(snapshot());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void aBusyServerIsAskedAgain(int status) throws Exception {
        hub.faultOnce(request -> request.contains("/api/models/"), 2, LoopbackServer.status(status, "Retry-After: 0"));
        hub.faultOnce(download(VISION), 2, LoopbackServer.status(status));

        locate(ID);

        requireComplete(snapshot());
    }

    @Test
    void aServerThatIsBusyForLongIsNotWaitedFor() {
        hub.fault(request -> true, LoopbackServer.status(429, "Retry-After: 3600"));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("429")
                .withMessageContaining("3600 s");
        assertThat(hub.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "dripping"})
    void aServerThatStallsIsLeft(String fault) {
        // given a storage host that sends nothing, or a byte now and then
        variables.put("HF_HUB_DOWNLOAD_TIMEOUT", "1");
        retries = new Retries(1, Duration.ofMillis(1), Duration.ofSeconds(1));
        byte[] vision = hub.content(ID, VISION);
        hub.fault(download(VISION), (request, count, out) -> {
            LoopbackServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + vision.length + "\r\n\r\n");
            while (true) {
                Thread.sleep(100);
                if (fault.equals("dripping")) {
                    out.write(1);
                }
            }
        });

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("less than 1024 bytes within 1 s");
    }

    @Test
    void theTokenGoesToTheHubAlone() throws Exception {
        // given
        hub.gate(ID, SECRET);
        Path token = Files.writeString(folder.resolve("token"), SECRET + "\n");
        variables.put("HF_TOKEN_PATH", token.toString());

        // when
        locate(ID);

        // then
        requireComplete(snapshot());
        assertThat(hub.requests()).allMatch(request -> request.contains("Bearer " + SECRET));
        assertThat(hub.storageRequests()).isNotEmpty().noneMatch(request -> request.contains(SECRET));
        assertThat(pulled.announcements().toString() + pulled.warnings()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({", 401", "hf_other, 403"})
    void aGatedModelSaysWhereItsLicenceIsAccepted(String token, int status) {
        hub.gate(ID, SECRET);
        if (token != null) {
            variables.put("HF_TOKEN", token);
        }

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining(status + " (GatedRepo)")
                .withMessageContaining("https://huggingface.co/" + ID)
                .withMessageContaining("HF_TOKEN")
                .satisfies(refusal -> assertThat(String.valueOf(refusal.getMessage()))
                        .doesNotContain(token == null ? SECRET : token));
    }

    @Test
    void aServersMessageIsOneLineWithoutTheToken() {
        variables.put("HF_TOKEN", SECRET);
        hub.fault(
                request -> true,
                LoopbackServer.status(403, "X-Error-Message: \u001b[31mbad token " + SECRET + " ".repeat(500) + "end"));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .satisfies(refusal -> assertThat(String.valueOf(refusal.getMessage()))
                        .contains("bad token (token)")
                        .doesNotContain(SECRET, "\u001b"));
    }

    @Test
    void anUnknownRepositoryAndRevisionAreNamed() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate("acme/none"))
                .withMessageContaining("acme/none")
                .withMessageContaining("RepoNotFound");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID + "@v9"))
                .withMessageContaining("the revision v9 of " + ID)
                .withMessageContaining(" has on " + hub.address())
                .withMessageNotContaining("huggingface.co");
    }

    @ParameterizedTest
    @CsvSource({
        "'', RepoNotFound, Invalid username or password., correct the name",
        "'', '', Invalid username or password., correct the name",
        "hf_old, RepoNotFound, Invalid username or password., correct the name",
        "hf_old, '', Invalid username or password., correct the name",
        "'', '', Invalid credentials in Authorization header, correct the name",
        "hf_old, '', Invalid credentials in Authorization header, unset it"
    })
    void onlyATokenThatWasSentIsCalledInvalid(String token, String code, String message, String advice) {
        variables.put("HF_TOKEN", token);
        hub.fault(
                request -> true,
                LoopbackServer.status(401, "X-Error-Code: " + code + "\r\nX-Error-Message: " + message));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate("openia/clip"))
                .withMessageContaining(advice)
                .withMessageNotContaining("..");
    }

    @ParameterizedTest
    @ValueSource(strings = {ID + "#fp64", "modelscope:" + ID + "@v2#fp64", "models/clip#fp64"})
    void unknownWeightsAreNamedBesideTheKnown(String name) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(name))
                .withMessageContaining("unknown weights 'fp64'")
                .withMessageContaining("fp32, ");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> pull(name))
                .withMessageContaining("unknown weights 'fp64'");
        assertThat(hub.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../escaped.json",
                "onnx/../../../config.json",
                "/tmp/escaped.json",
                "onnx\\..\\..\\config.json",
                "config.json\u0000",
                "visual/../config.json",
                "./config.json",
                "onnx//config.json"
            })
    void noNameLeadsOutOfTheFolder(String name) throws Exception {
        // given a hub that lists a hostile name
        hub.list(LocalHub.Listing.BLOBS);
        hub.put(ID, name, "{}".getBytes(StandardCharsets.UTF_8));

        // when
        locate(ID);

        // then
        requireComplete(snapshot());
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.map(file -> String.valueOf(file.getFileName()))).doesNotContain("escaped.json");
        }
        assertThat(hub.requests().stream().filter(request -> request.contains("/resolve/")))
                .noneMatch(request -> request.contains("..") || request.contains("escaped"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../escaped", "0123", ""})
    void aCommitThatIsNoneIsRefused(String commit) {
        hub.fault(
                request -> request.contains("/revision/"),
                LoopbackServer.content(
                        ("{\"sha\": \"" + commit + "\", \"siblings\": []}").getBytes(StandardCharsets.UTF_8)));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("commit of 40 hexadecimal digits");
    }

    @Test
    void anAnswerWithoutEndIsRefused() {
        hub.fault(request -> request.contains("/revision/"), (request, count, out) -> {
            LoopbackServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
            byte[] spaces = new byte[1 << 16];
            Arrays.fill(spaces, (byte) ' ');
            while (true) {
                out.write(spaces);
            }
        });

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("at most 33554432 bytes");
    }

    @Test
    void endlessRedirectsAndPagesAreRefused() {
        hub.fault(
                request -> request.contains("/tree/"),
                (request, count, out) -> LoopbackServer.write(
                        out,
                        "HTTP/1.1 200 OK\r\nLink: <http://169.254.169.254/next>; rel=\"next\"\r\nContent-Length: 2"
                                + "\r\n\r\n[]"));
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("the next page of files on 127.0.0.1");

        hub.fault(
                request -> request.contains("/revision/"),
                LoopbackServer.status(307, "Location: /api/models/x/y/revision/z"));
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("at most 10 redirects");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http://", ""})
    void aRedirectToAnotherSchemeIsRefused(String location) {
        hub.fault(
                request -> request.contains("/resolve/"),
                LoopbackServer.status(302, "Location: " + location, "X-Linked-Size: 3"));

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> locate(ID));
        assertThat(repository().resolve("refs/main")).doesNotExist();
    }

    @Test
    void aRenamedRepositoryIsFollowedWithTheToken() throws Exception {
        // given a hub that answers with the new name, as Hugging Face does
        variables.put("HF_TOKEN", SECRET);
        hub.fault(
                request -> request.contains("/api/models/acme/old-name/"),
                (request, count, out) -> LoopbackServer.status(
                                307, "Location: " + request.split(" ", -1)[1].replace("acme/old-name", ID))
                        .to(request, count, out));
        hub.fault(
                request -> request.startsWith("GET /acme/old-name/"),
                (request, count, out) -> LoopbackServer.status(
                                307, "Location: " + request.split(" ", -1)[1].replace("acme/old-name", ID))
                        .to(request, count, out));

        // when, then
        Path found = locate("acme/old-name").folder();
        requireComplete(found);
        assertThat(hub.requests()).allMatch(request -> request.contains("Bearer " + SECRET));
    }

    @Test
    void aTokenThatTheHubDoesNotKnowIsNamed() {
        variables.put("HF_TOKEN", SECRET);
        hub.fault(
                request -> true,
                LoopbackServer.status(401, "X-Error-Message: Invalid credentials in Authorization header"));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("a valid token")
                .withMessageContaining("HF_TOKEN");
    }

    @Test
    void aModelThatIsLargerThanTheDiskIsRefusedBeforeItsFirstByte() {
        // given a hub that lists an exabyte
        String sha256 = LocalHub.sha256(new byte[0]);
        hub.fault(
                request -> request.contains("/revision/"),
                LoopbackServer.content(("{\"sha\": \"" + hub.commit(ID) + "\", \"siblings\": [{\"rfilename\":"
                                + " \"onnx/model.onnx\", \"size\": 1000000000000000000, \"lfs\": {\"sha256\": \""
                                + sha256
                                + "\", \"size\": 1000000000000000000}}]}")
                        .getBytes(StandardCharsets.UTF_8)));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("of free space")
                .withMessageContaining("name another one (HF_HUB_CACHE)");
        assertThat(hub.requests()).hasSize(1);
        assertThat(pulled.announcements()).isEmpty();
    }

    @Test
    void aPullThatWaitsForAnotherProcessSaysSo() throws Exception {
        // given a file that another thread writes until the pull has said that it waits
        Path lock = folder.resolve(
                "home/hub/.locks/models--acme--tiny-clip/" + LocalHub.sha256(hub.content(ID, VISION)) + ".lock");
        CacheLock held = CacheLock.take(lock, waiting -> {});
        Thread.ofVirtual().start(() -> {
            while (pulled.warnings().isEmpty()) {
                LockSupport.parkNanos(1_000_000);
            }
            held.close();
        });

        locate(ID);

        requireComplete(snapshot());
        assertThat(pulled.warnings()).singleElement().asString().contains("Waiting for another process");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskThatBecomesFullIsNotTheHubsFault() throws Exception {
        // given a device that is always full
        Files.createDirectories(repository().resolve("blobs"));
        Files.createSymbolicLink(incompleteBlob(hub.content(ID, VISION)), Path.of("/dev/full"));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> locate(ID))
                .withMessageContaining("No space left on device")
                .withMessageContaining("name another one (HF_HUB_CACHE)");
        assertThat(hub.storageRequests().stream().filter(download(VISION))).hasSize(1);
    }

    @Test
    void anUntrustedCertificateNamesTheVariablesThatTrustIt() throws Exception {
        TestCertificate.create(folder);
        try (LoopbackServer server = TestCertificate.server(folder, LoopbackServer.status(200))) {
            variables.put("HF_ENDPOINT", "https://127.0.0.1:" + server.port());

            assertThatExceptionOfType(ModelException.class)
                    .isThrownBy(() -> locate(ID))
                    .withMessageContaining("REQUESTS_CA_BUNDLE or SSL_CERT_FILE");
        }
    }

    @Test
    void noTokenIsSentWhereTheEnvironmentForbidsIt() throws Exception {
        variables.put("HF_TOKEN", SECRET);
        variables.put("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");

        locate(ID);

        assertThat(hub.requests()).noneMatch(request -> request.contains(SECRET));
    }

    @Test
    void filesComeSideBySide() throws Exception {
        // given a hub that sends the two graphs only after both were asked for
        CountDownLatch both = new CountDownLatch(2);
        for (String path : List.of(VISION, "onnx/text_model.onnx")) {
            hub.faultOnce(download(path), 1, (request, count, out) -> {
                both.countDown();
                both.await();
                LoopbackServer.content(hub.content(ID, path)).to(request, count, out);
            });
        }

        locate(ID);

        requireComplete(snapshot());
    }
}
