package dev.clipstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Schemas may grow, but must not break consumers and producers of any released version.
class SchemaEvolutionTest {
    private static final Path FOLDER = Path.of("schemas");

    /// Marker and fingerprint of Avro's single-object encoding.
    private static final int HEADER_BYTES = 10;

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
    void aConsumerWithTheFirstReleasedSchemaReadsARecordOfSeveralLabelSets() throws IOException {
        // given: the tags of two label sets
        AvroSerde<MediaTagged> events = AvroSerde.tagged();
        Tag dog = tag("dog", "Hund", 0.9, "everyday", "3", null);
        Tag animal = tag("animal", "Tier", 0.9, "everyday", "3", "dog");
        Tag weapons = tag("weapons", "weapons", 0.8, "moderation", "1", null);
        MediaTagged written = MediaTagged.newBuilder()
                .setMediaId("m1")
                .setTags(List.of(dog, animal, weapons))
                .setLabelSet("everyday")
                .setLabelSetVersion("3")
                .setMode(TaggingMode.MULTI)
                .setThreshold(0.25)
                .setModelId("tiny")
                .setModelFingerprint("ab".repeat(32))
                .setSourceTopic("media.uploaded")
                .setSourcePartition(1)
                .setSourceOffset(42)
                .setUploadedAt(Instant.EPOCH)
                .setTaggedAt(Instant.EPOCH)
                .setLabelSets(List.of(
                        new AppliedLabelSet("everyday", "3", TaggingMode.MULTI, 0.25),
                        new AppliedLabelSet("moderation", "1", TaggingMode.EXCLUSIVE, 0.7)))
                .build();
        Schema released = new Schema.Parser()
                .parse(FOLDER.resolve("released/1/MediaTagged.avsc").toFile());

        // when
        byte[] value = events.write(written);
        byte[] body = Arrays.copyOfRange(value, HEADER_BYTES, value.length);
        GenericRecord read = read(body, written.getSchema(), released);

        // then: the tags of all sets, and what the record says of the primary one
        assertThat(read.get("labelSet")).hasToString("everyday");
        assertThat(read.get("labelSetVersion")).hasToString("3");
        assertThat(read.get("mode")).hasToString("MULTI");
        assertThat(read.get("threshold")).isEqualTo(0.25);
        assertThat(((List<?>) read.get("tags"))
                        .stream().map(tag -> String.valueOf(((GenericRecord) tag).get("labelId"))))
                .containsExactly("dog", "animal", "weapons");
        assertThat(released.getField("tags").schema().getElementType().getFields())
                .extracting(Schema.Field::name)
                .containsExactly("labelId", "displayName", "probability", "cosine");

        // when: a producer of that version writes the record
        GenericRecord now = read(bytes(read), released, written.getSchema());

        // then
        assertThat((List<?>) now.get("labelSets")).isEmpty();
        assertThat(((List<?>) now.get("tags"))
                        .stream().map(tag -> String.valueOf(((GenericRecord) tag).get("labelSet"))))
                .containsOnly("");
    }

    private static Tag tag(
            String id, String name, double probability, String set, String version, @Nullable String derivedFrom) {
        return Tag.newBuilder()
                .setLabelId(id)
                .setDisplayName(name)
                .setProbability(probability)
                .setCosine(0.3)
                .setLabelSet(set)
                .setLabelSetVersion(version)
                .setDerivedFrom(derivedFrom)
                .build();
    }

    private static byte[] bytes(GenericRecord event) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new GenericDatumWriter<GenericRecord>(event.getSchema())
                .write(event, EncoderFactory.get().directBinaryEncoder(bytes, null));
        return bytes.toByteArray();
    }

    private static GenericRecord read(byte[] bytes, Schema writer, Schema reader) throws IOException {
        return new GenericDatumReader<GenericRecord>(writer, reader)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
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
