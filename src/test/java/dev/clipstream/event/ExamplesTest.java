package dev.clipstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
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
        byte[] header = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xC3)
                .put((byte) 0x01)
                .putLong(SchemaNormalization.parsingFingerprint64(schema))
                .array();

        assertThat(Files.readString(Path.of("docs").resolve(example)))
                .contains("\"" + HexFormat.of().formatHex(header) + "\"", "schemas/" + schema.getName() + ".avsc");
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
