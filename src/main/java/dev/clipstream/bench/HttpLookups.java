package dev.clipstream.bench;

import dev.clipstream.clip.Embedding;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Searches over HTTP as an application sends them, one after the other on one connection.
final class HttpLookups implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String search;

    /// Creates a client.
    ///
    /// @param port of a service on this machine
    HttpLookups(int port) {
        this.search = "http://127.0.0.1:" + port + "/v1/search";
    }

    /// Searches by a vector.
    ///
    /// @param effort number of candidates that the search considers (efRuntime)
    /// @return milliseconds
    /// @throws BenchmarkException if the search is refused
    double byVector(Embedding vector, int limit, int effort) throws BenchmarkException, InterruptedException {
        String body = JSON.writeValueAsString(
                Map.of("query", List.of(Map.of("vector", vector.toArray())), "k", limit, "efRuntime", effort));
        return millis(HttpRequest.newBuilder(URI.create(search))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /// Searches by a text.
    ///
    /// @return milliseconds
    /// @throws BenchmarkException if the search is refused
    double byText(String text, int limit) throws BenchmarkException, InterruptedException {
        return millis(HttpRequest.newBuilder(
                        URI.create(search + "?k=" + limit + "&text=" + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                .build());
    }

    private double millis(HttpRequest request) throws BenchmarkException, InterruptedException {
        long startNanos = System.nanoTime();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new BenchmarkException(
                        "Expected a result of " + request.uri() + ", found " + answer.statusCode() + ": "
                                + new String(answer.body(), StandardCharsets.UTF_8),
                        null);
            }
        } catch (IOException e) {
            throw new BenchmarkException("Expected a result of " + request.uri() + ", found: " + e, e);
        }
        return (System.nanoTime() - startNanos) / 1e6;
    }

    @Override
    public void close() {
        client.close();
    }
}
