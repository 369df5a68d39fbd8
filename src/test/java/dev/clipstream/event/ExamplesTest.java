package dev.clipstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The examples in other languages keep to the contract of the schemas in this checkout.
class ExamplesTest {
    @ParameterizedTest
    @CsvSource({"python/produce.py", "python/consume.py", "javascript/produce.js", "javascript/consume.js"})
    void anExampleHasTheHeaderOfItsSchema(Path example) throws IOException {
        Schema schema = example.getFileName().toString().startsWith("produce")
                ? MediaUploaded.getClassSchema()
                : MediaEmbedded.getClassSchema();

        assertThat(Files.readString(Path.of("docs").resolve(example)))
                .contains("\"" + header(schema) + "\"", "schemas/" + schema.getName() + ".avsc");
    }

    @ParameterizedTest
    @CsvSource({"python/consume.py", "javascript/consume.js"})
    void anExampleThatConsumesKnowsTheWriterOfEveryReleasedVersion(Path example) throws IOException {
        // given
        String text = Files.readString(Path.of("docs").resolve(example));
        Schema current = MediaEmbedded.getClassSchema();

        // then
        int version = 1;
        for (; Files.exists(released(version, current)); version++) {
            Schema writer = new Schema.Parser().parse(released(version, current).toFile());
            assertThat(text)
                    .contains("\"" + header(writer) + "\": \"schemas/released/" + version + "/MediaEmbedded.avsc\"");
        }
        assertThat(version).isGreaterThan(2);
    }

    @Test
    void theTableOfVersionsHasTheFirstBytesOfEveryReleasedSchema() throws IOException {
        String contract = Files.readString(Path.of("schemas/README.md"));
        try (Stream<Path> files = Files.walk(Path.of("schemas/released"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .hasSizeGreaterThan(10)
                    .allSatisfy(file -> assertThat(contract)
                            .contains("`" + header(new Schema.Parser().parse(file.toFile())) + "`"));
        }
    }

    private static Path released(int version, Schema schema) {
        return Path.of("schemas/released", Integer.toString(version), schema.getName() + ".avsc");
    }

    private static String header(Schema schema) {
        byte[] header = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xC3)
                .put((byte) 0x01)
                .putLong(SchemaNormalization.parsingFingerprint64(schema))
                .array();
        return HexFormat.of().formatHex(header);
    }

    /// The other partitioners of these clients put an id elsewhere than Kafka's Java client does.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "python/produce.py | \"partitioner\": \"murmur2_random\"",
                "javascript/produce.js | createPartitioner: Partitioners.DefaultPartitioner"
            })
    void anExampleThatProducesSetsThePartitionerOfTheContract(Path example, String setting) throws IOException {
        assertThat(Files.readString(Path.of("docs").resolve(example))).contains(setting);
    }
}
