package dev.clipstream.search.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/// Serves only the files of the page over HTTP.
class PageResourcesTest {
    private static final Path FILES = Path.of("src/main/resources/dev/clipstream/search/http/page");

    private static ConfigurableApplicationContext context;
    private static HttpClient client;

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class PageAlone {
        @Bean
        PageResources pageResources() {
            return new PageResources();
        }
    }

    @BeforeAll
    static void serve() {
        client = HttpClient.newHttpClient();
        context = new SpringApplicationBuilder(PageAlone.class)
                .properties(Map.of(
                        "server.address", "127.0.0.1",
                        "server.port", "0",
                        "spring.main.banner-mode", "off",
                        "spring.mvc.problemdetails.enabled", "true",
                        "spring.config.location", "optional:classpath:/"))
                .run();
    }

    @AfterAll
    static void stop() {
        context.close();
        client.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        int port = context instanceof WebServerApplicationContext web && web.getWebServer() != null
                ? web.getWebServer().getPort()
                : -1;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void thePageIsAtTheRootAndAllowsOnlyItsOwnFiles() throws Exception {
        HttpResponse<String> page = get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.body()).isEqualTo(Files.readString(FILES.resolve("index.html")));
        assertThat(header(page, "Content-Security-Policy"))
                .startsWith("default-src 'self';")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe", "http");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @ParameterizedTest
    @CsvSource({
        "/page/app.js, text/javascript",
        "/page/style/base.css, text/css",
        "/page/icon.svg, image/svg+xml",
        "/page/fonts/instrument-sans.woff2, font/woff2",
    })
    void everyFileHasItsContentType(String path, String type) throws Exception {
        HttpResponse<String> file = get(path);

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(header(file, "Content-Type")).isEqualTo(type);
    }

    @Test
    void aCachedFileIsNotSentAgain() throws Exception {
        HttpResponse<String> file = get("/page/app.js");

        HttpResponse<String> again = get("/page/app.js", "If-None-Match", header(file, "ETag"));

        assertThat(header(file, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(file, "Last-Modified")).isEmpty(); // the same in every reproducible jar
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(get("/page/app.js", "If-None-Match", "\"older\"").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/page/", "/page/nothing.js", "/page/style", "/page/../openapi.json", "/nothing"})
    void otherFilesAreNotFound(String path) throws Exception {
        HttpResponse<String> none = get(path.replace("..", "%2e%2e"));

        assertThat(none.statusCode()).isBetween(400, 404);
        assertThat(none.body()).doesNotContain("\"paths\"");
    }

    @Test
    void everyFileThatThePageReferencesExists() throws Exception {
        for (Path file : files()) {
            String text = Files.readString(file);
            Pattern named = Pattern.compile("(?:from|src=|href=|url\\()\\s?\"((?:\\./|\\.\\./|page/)[^\"?]+)\"");
            named.matcher(text).results().map(match -> match.group(1)).forEach(name -> {
                Path target = name.startsWith("page/")
                        ? FILES.resolve(name.substring("page/".length()))
                        : file.resolveSibling(name).normalize();
                assertThat(target).as("named by " + file).exists();
            });
        }
    }

    @Test
    void noFileReferencesAnotherServer() throws Exception {
        for (Path file : files()) {
            assertThat(Files.readString(file).replace("http://www.w3.org/2000/svg", ""))
                    .as(file.toString())
                    .doesNotContainPattern("https?://");
        }
    }

    private static Iterable<Path> files() throws Exception {
        try (Stream<Path> files = Files.walk(FILES)) {
            return files.filter(file -> file.toString().matches(".*\\.(html|js|css|svg)"))
                    .toList();
        }
    }
}
