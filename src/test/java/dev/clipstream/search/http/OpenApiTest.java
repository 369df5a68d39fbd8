package dev.clipstream.search.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.clipstream.search.SearchException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The OpenAPI document matches the controllers.
class OpenApiTest {
    private static final Pattern REFERENCE = Pattern.compile("\"\\$ref\": *\"#/([^\"]+)\"");

    @Test
    void itDocumentsExactlyTheRoutesOfTheControllers() throws Exception {
        // given
        Set<String> routes = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.clipstream.search")) {
            if (type.isAnnotatedWith(RestController.class)) {
                routes(type.reflect()).forEach(routes::add);
            }
        }

        // when
        Set<String> documented = new TreeSet<>();
        document()
                .path("paths")
                .forEachEntry((path, item) -> item.propertyNames().stream()
                        .filter(method -> !method.equals("parameters"))
                        .forEach(method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path)));

        // then
        assertThat(documented).isEqualTo(routes).hasSizeGreaterThan(12);
    }

    @Test
    void everyReferenceResolves() throws Exception {
        JsonNode document = document();

        assertThat(REFERENCE
                        .matcher(text())
                        .results()
                        .map(found -> found.group(1))
                        .distinct())
                .isNotEmpty()
                .allSatisfy(path ->
                        assertThat(document.at("/" + path).isMissingNode()).isFalse());
    }

    @Test
    void itDocumentsEveryProblemCode() throws Exception {
        Set<String> codes = Arrays.stream(SearchException.Kind.values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> documented = new TreeSet<>();
        document()
                .at("/components/schemas/Problem/properties/code/enum")
                .forEach(code -> documented.add(code.asString()));

        assertThat(documented).isEqualTo(codes);
    }

    private static Stream<String> routes(Class<?> controller) {
        RequestMapping above = AnnotatedElementUtils.findMergedAnnotation(controller, RequestMapping.class);
        String prefix = above == null || above.path().length == 0 ? "" : above.path()[0];
        return Arrays.stream(controller.getDeclaredMethods())
                .flatMap(OpenApiTest::mapping)
                .map(mapping ->
                        mapping.method()[0] + " " + prefix + (mapping.path().length == 0 ? "" : mapping.path()[0]));
    }

    private static Stream<RequestMapping> mapping(Method method) {
        return Stream.ofNullable(AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class));
    }

    private static JsonNode document() throws IOException {
        return JsonMapper.builder().build().readTree(text());
    }

    private static String text() throws IOException {
        try (InputStream in = Objects.requireNonNull(OpenApiTest.class.getResourceAsStream("openapi.json"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
