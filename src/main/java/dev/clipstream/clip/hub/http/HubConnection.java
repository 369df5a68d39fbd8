package dev.clipstream.clip.hub.http;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.hub.environment.HubEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A connection to one hub. Credentials go to the hub's own scheme, host and port alone: a redirect to a storage host
/// is followed without them, and one from https to http is refused.
///
/// Thread-safe.
public final class HubConnection implements AutoCloseable {
    private static final int MOST_REDIRECTS = 10;
    private static final int LONGEST_ANSWER = 32 << 20;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> BUSY = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Pattern RATE_LIMIT = Pattern.compile("\\bt=(\\d{1,6})\\b");

    private final URI hub;
    private final Map<String, String> credentials;
    private final Duration answerTimeout;
    private final Duration downloadTimeout;
    private final Retries retries;
    private final InstantSource clock;
    private final Consumer<String> waiting;
    private final HttpClient client;
    private final ScheduledExecutorService watcher;

    /// @param hub         its address
    /// @param credentials headers that only the hub may see; may be empty
    /// @param waiting     hears of pauses that the hub asks for
    /// @throws ModelException if the environment's proxies, certificates or timeouts are not valid
    public HubConnection(
            HubEnvironment environment,
            URI hub,
            Map<String, String> credentials,
            Retries retries,
            InstantSource clock,
            Consumer<String> waiting)
            throws ModelException {
        this.hub = hub;
        this.credentials = Map.copyOf(credentials);
        this.answerTimeout = environment.answerTimeout();
        this.downloadTimeout = environment.downloadTimeout();
        this.retries = retries;
        this.clock = clock;
        this.waiting = waiting;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(answerTimeout);
        Proxies.of(environment, hub).applyTo(builder);
        List<Path> certificates = environment.certificates();
        if (!certificates.isEmpty()) {
            builder.sslContext(TrustedCertificates.with(certificates));
        }
        this.client = builder.build();
        this.watcher = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("hub-watch").factory());
    }

    /// Returns the hub's address.
    public URI hub() {
        return hub;
    }

    /// Waits for the next attempt of a request that [#open] sent.
    ///
    /// @param failures attempts that failed in a row
    /// @throws IOException the failure, if no attempt follows
    public void pauseAfter(IOException failure, int failures) throws IOException {
        retries.pauseAfter(failure, failures, waiting);
    }

    private <T> T repeat(Retries.Request<T> request) throws IOException {
        return retries.run(request, waiting);
    }

    /// An answer in JSON.
    ///
    /// @param headers of the answer
    public record Answer(JsonNode json, HttpHeaders headers) {}

    /// Asks a question.
    ///
    /// @throws StatusException  if the answer is no success
    /// @throws RefusedException if the answer is no JSON or too long
    public Answer json(URI uri) throws IOException {
        return repeat(() -> {
            HttpResponse<InputStream> response = send("GET", uri, Map.of(), answerTimeout);
            byte[] content = bounded(response, LONGEST_ANSWER, answerTimeout);
            try {
                return new Answer(JsonMapper.shared().readTree(content), response.headers());
            } catch (JacksonException e) {
                throw new RefusedException("Expected JSON from " + uri.getHost() + ", found something else");
            }
        });
    }

    /// Asks for a file's headers as the hub itself gives them: a redirect to another host is not followed.
    public HttpHeaders head(URI uri) throws IOException {
        return repeat(() -> {
            HttpResponse<InputStream> response = send("HEAD", uri, Map.of(), answerTimeout);
            discard(response.body());
            return response.headers();
        });
    }

    /// Reads a part of a file.
    ///
    /// @param from   of the first byte
    /// @param length in bytes; fewer come if the file ends before
    /// @throws RefusedException if the server cannot give parts
    public byte[] range(URI uri, long from, int length) throws IOException {
        return repeat(() -> {
            HttpResponse<InputStream> response =
                    send("GET", uri, Map.of("Range", "bytes=" + from + "-" + (from + length - 1)), answerTimeout);
            if (response.statusCode() != 206) {
                discard(response.body());
                throw new RefusedException("Expected a part of a file from " + uri.getHost() + ", found the whole");
            }
            return bounded(response, length, downloadTimeout);
        });
    }

    /// Begins to read a file. The caller closes the body, and sends the request again if it fails.
    ///
    /// @param from first byte that is wanted; the status is 206 if the body begins there, 200 if at the file's start
    public HttpResponse<InputStream> open(URI uri, long from) throws IOException {
        Map<String, String> range = from > 0 ? Map.of("Range", "bytes=" + from + "-") : Map.of();
        return send("GET", uri, range, downloadTimeout);
    }

    /// Watches the body of an answer, which then fails if it comes too slowly.
    public InputStream watched(HttpResponse<InputStream> response) {
        return new WatchedStream(response.body(), downloadTimeout, watcher);
    }

    private byte[] bounded(HttpResponse<InputStream> response, int most, Duration timeout) throws IOException {
        try (InputStream body = new WatchedStream(response.body(), timeout, watcher)) {
            byte[] content = body.readNBytes(most + 1);
            if (content.length > most) {
                throw new RefusedException("Expected at most " + most + " bytes from "
                        + response.uri().getHost() + ", found more");
            }
            return content;
        }
    }

    private HttpResponse<InputStream> send(String method, URI uri, Map<String, String> headers, Duration timeout)
            throws IOException {
        URI at = uri;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(at)
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .timeout(timeout)
                    .header("Accept-Encoding", "identity")
                    .header("User-Agent", "clipstream");
            headers.forEach(request::header);
            if (isHub(at)) {
                credentials.forEach(request::header);
            }
            HttpResponse<InputStream> response = exchange(request.build());
            if (!REDIRECTS.contains(response.statusCode())) {
                return successful(response);
            }
            discard(response.body());
            URI next = target(at, response);
            if (method.equals("HEAD") && !isHub(next)) {
                return response;
            }
            at = next;
        }
        throw new RefusedException(
                "Expected at most " + MOST_REDIRECTS + " redirects from " + uri.getHost() + ", found more");
    }

    private HttpResponse<InputStream> exchange(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (IOException e) {
            // what the JDK says of a password that the proxy does not take
            throw String.valueOf(e.getMessage()).startsWith("too many authentication attempts")
                    ? failure(407, "", "", request.uri())
                    : e;
        }
    }

    /// Ends an answer whose body nobody reads.
    ///
    /// @param body null in the answer of a proxy that refuses a tunnel
    private static void discard(@Nullable InputStream body) throws IOException {
        if (body != null) {
            body.close();
        }
    }

    private URI target(URI from, HttpResponse<?> response) throws RefusedException {
        URI to;
        try {
            to = from.resolve(response.headers().firstValue("Location").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    "Expected a redirect to a valid address from " + from.getHost() + ", found another one");
        }
        String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
        boolean downgrade = !scheme.equals("https") && from.getScheme().equalsIgnoreCase("https");
        if (downgrade || !Set.of("http", "https").contains(scheme) || to.getHost() == null) {
            throw new RefusedException("Expected a redirect from " + from.getScheme() + "://" + from.getHost()
                    + " to https, found one to " + clean(scheme + "://" + to.getHost()));
        }
        return to;
    }

    private boolean isHub(URI uri) {
        return hub.getScheme().equalsIgnoreCase(uri.getScheme())
                && hub.getHost().equalsIgnoreCase(uri.getHost())
                && port(hub) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private HttpResponse<InputStream> successful(HttpResponse<InputStream> response) throws IOException {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return response;
        }
        discard(response.body());
        HttpHeaders headers = response.headers();
        if (BUSY.contains(status)) {
            throw new BusyException(
                    "HTTP status " + status + " from " + response.uri().getHost(), pause(headers));
        }
        throw failure(
                status,
                headers.firstValue("X-Error-Code").orElse(""),
                headers.firstValue("X-Error-Message").orElse(""),
                response.uri());
    }

    /// Reads `Retry-After`, seconds or a date, or Hugging Face's `RateLimit: "api";r=0;t=55`.
    private Optional<Duration> pause(HttpHeaders headers) {
        String after = headers.firstValue("Retry-After").orElse("").strip();
        if (after.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(after)));
        }
        try {
            Instant until = ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration left = Duration.between(clock.instant(), until);
            return Optional.of(left.isNegative() ? Duration.ZERO : left);
        } catch (DateTimeException e) {
            Matcher limit = RATE_LIMIT.matcher(headers.firstValue("RateLimit").orElse(""));
            return limit.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(limit.group(1)))) : Optional.empty();
        }
    }

    /// Returns the failure that a server tells in an answer of its own kind.
    ///
    /// @param code    of the failure
    /// @param message the server's text
    public StatusException failure(int status, String code, String message, URI uri) {
        return new StatusException(status, clean(code), clean(message), uri);
    }

    /// Returns whether requests to the hub carry a token.
    public boolean hasCredentials() {
        return !credentials.isEmpty();
    }

    /// Returns a server's text on one line, at most 300 characters, without control characters and credentials.
    private String clean(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ").strip();
        for (String secret : credentials.values()) {
            line = line.replace(secret.replaceFirst("^(Bearer |m_session_id=)", ""), "(token)");
        }
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }

    @Override
    public void close() {
        watcher.shutdownNow();
        client.shutdownNow();
    }
}
