package dev.clipstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Schemas may grow, but must not break consumers and producers of any released version.
class SchemaEvolutionTest {
    private static final Path FOLDER = Path.of("schemas");

    static List<Path> schemas() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".avsc"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void everySchemaReadsItsReleasedVersionsAndIsReadByThem(Path file) throws IOException {
        // given
        Schema current = new Schema.Parser().parse(file.toFile());
        List<Schema> released = ReleasedSchemas.of(current);

        // then
        assertThat(released).isNotEmpty();
        for (Schema earlier : released) {
            assertThat(compatibility(current, earlier))
                    .as("%s of now reads %s of %s", file, earlier.getName(), FOLDER)
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            assertThat(compatibility(earlier, current))
                    .as("%s as released reads %s of now", earlier.getName(), file)
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
    }

    @Test
    void aFieldWithoutADefaultWouldBeSeen() {
        // given
        Schema current = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},"
                        + "{\"name\":\"b\",\"type\":\"int\"}]}");
        Schema released = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");

        // then
        assertThat(compatibility(current, released)).isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void everyFieldIsDocumented(Path file) throws IOException {
        Schema schema = new Schema.Parser().parse(file.toFile());
        assertThat(schema.getDoc()).isNotBlank();
        assertThat(schema.getFields())
                .allSatisfy(field -> assertThat(field.doc()).as(field.name()).isNotBlank());
    }

    private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }
}
