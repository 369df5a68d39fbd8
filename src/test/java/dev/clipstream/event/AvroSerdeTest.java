package dev.clipstream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSerdeTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final AvroSerde<MediaUploaded> UPLOADED = AvroSerde.uploaded();

    private static final MediaUploaded EVENT = MediaUploaded.newBuilder()
            .setMediaId("猫-1")
            .setContent(ByteBuffer.wrap(new byte[] {1, 2, 3}))
            .setContentType("image/jpeg")
            .setUploadedAt(NOW)
            .setAttributes(Map.of("album", "été"))
            .build();

    @Test
    void anUploadIsReadAsItWasWritten() {
        assertThat(UPLOADED.read(bytes(EVENT))).isEqualTo(EVENT);
    }

    @Test
    void aVectorIsReadAsItWasWritten() {
        // given
        MediaEmbedded event = MediaEmbedded.newBuilder()
                .setMediaId("m")
                .setVector(ByteBuffer.wrap(new byte[8]))
                .setDimension(2)
                .setModelId("model")
                .setModelFingerprint("ab".repeat(32))
                .setImageWidth(640)
                .setImageHeight(480)
                .setUri("https://example.org/m.jpg")
                .setAttributes(Map.of("a", "b"))
                .setSourceTopic("media.uploaded")
                .setSourcePartition(3)
                .setSourceOffset(Long.MAX_VALUE)
                .setUploadedAt(NOW)
                .setEmbeddedAt(NOW.plusMillis(20))
                .build();

        // then
        assertThat(AvroSerde.embedded().read(AvroSerde.embedded().write(event))).isEqualTo(event);
    }

    @Test
    void tagsAreReadAsTheyWereWritten() {
        // given
        MediaTagged event = MediaTagged.newBuilder()
                .setMediaId("m")
                .setTags(List.of(TagRecords.tag("cat", "Katze", 0.9, 0.27), TagRecords.tag("dog", "Hund", 0.1, 0.21)))
                .setLabelSet("everyday")
                .setLabelSetVersion("3")
                .setMode(TaggingMode.EXCLUSIVE)
                .setThreshold(0.05)
                .setModelId("model")
                .setModelFingerprint("ab".repeat(32))
                .setSourceTopic("media.uploaded")
                .setSourcePartition(0)
                .setSourceOffset(0)
                .setUploadedAt(NOW)
                .setTaggedAt(NOW)
                .build();

        // then
        assertThat(AvroSerde.tagged().read(AvroSerde.tagged().write(event))).isEqualTo(event);
    }

    @Test
    void aRejectionIsReadAsItWasWritten() {
        // given
        MediaRejected event = MediaRejected.newBuilder()
                .setStage(Stage.FETCH)
                .setReasonCode(RejectionReason.TIMEOUT.code())
                .setMessage("an answer within 5 s was expected")
                .setRetryable(true)
                .setSourceTopic("media.uploaded")
                .setSourcePartition(0)
                .setSourceOffset(7)
                .setEvent(RejectedEvent.newBuilder()
                        .setUri("https://example.org/m.jpg")
                        .setUploadedAt(NOW)
                        .build())
                .setRejectedAt(NOW)
                .build();

        // then
        assertThat(AvroSerde.rejected().read(AvroSerde.rejected().write(event))).isEqualTo(event);
    }

    @Test
    void aTombstoneStaysATombstone() {
        assertThat(UPLOADED.serialize("", null)).isNull();
        assertThat(UPLOADED.deserialize("", null)).isNull();
    }

    /// As specified: C3 01, then the CRC-64-AVRO fingerprint of the schema's canonical form, little-endian.
    @Test
    void theWireFormatIsAvrosSingleObjectEncoding() {
        // given
        byte[] fingerprint = new byte[8];
        ByteBuffer.wrap(fingerprint)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(SchemaNormalization.parsingFingerprint64(MediaUploaded.getClassSchema()));

        // then
        byte[] bytes = bytes(EVENT);
        assertThat(Arrays.copyOf(bytes, 2)).isEqualTo(new byte[] {(byte) 0xC3, 0x01});
        assertThat(Arrays.copyOfRange(bytes, 2, 10)).isEqualTo(fingerprint);
    }

    static Stream<Arguments> hostileBytes() throws IOException {
        byte[] good = bytes(EVENT);
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of("one byte", new byte[1]),
                Arguments.of("JSON", "{\"mediaId\": \"m\"}".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("a JPEG", HexFormat.of().parseHex("ffd8ffe000104a464946000101")),
                Arguments.of("a registry's header", HexFormat.of().parseHex("0000000001046d")),
                Arguments.of("the marker alone", Arrays.copyOf(good, 2)),
                Arguments.of("the header alone", Arrays.copyOf(good, 10)),
                Arguments.of("half of one", Arrays.copyOf(good, good.length / 2)),
                Arguments.of("a byte more", Arrays.copyOf(good, good.length + 1)),
                Arguments.of("all but a byte", Arrays.copyOf(good, good.length - 1)),
                Arguments.of("another of our records", AvroSerde.embedded().write(embedded())),
                Arguments.of("a stranger's schema", stranger()),
                // a mediaId of negative length, and one larger than any memory
                Arguments.of("a negative length", body(good, "01")),
                Arguments.of("a giant length", body(good, "feffffffffffffffff01")),
                Arguments.of("2 GiB of text", body(good, "feffffff0f")),
                Arguments.of("500 MB of text", body(good, "8094ebdc03")),
                Arguments.of("500 MB of bytes", body(good, "026d00028094ebdc03")),
                Arguments.of("a billion attributes", body(good, "026d000000008094ebdc03")),
                // a block of one attribute that claims a length of 6 bytes, so that skipping it would not look into it
                Arguments.of(
                        "2 GB of text in a block that tells its size",
                        body(good, "026d00000000" + "010c" + "80d0acf30e00" + "00")),
                Arguments.of("a number without end", body(good, "ff".repeat(20))),
                Arguments.of("a union branch beyond the last", body(good, "026d04")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileBytes")
    void hostileBytesAreNotAvro(String what, byte[] bytes) {
        assertThatExceptionOfType(NotAvroException.class)
                .as(what)
                .isThrownBy(() -> UPLOADED.deserialize("media.uploaded", bytes))
                .withMessageContaining(
                        "Expected Avro's single-object encoding of dev.clipstream.event.MediaUploaded, ");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedBytesAreEitherReadOrNotAvro(long seed) {
        // given
        Random random = new Random(seed);
        byte[] good = bytes(EVENT);
        int unreadable = 0;

        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = good.clone();
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                damaged[10 + random.nextInt(damaged.length - 10)] = (byte) random.nextInt();
            }
            // when
            try {
                UPLOADED.read(damaged);
            } catch (NotAvroException expected) {
                unreadable++;
            }
        }

        // then
        assertThat(unreadable).isPositive();
    }

    @Test
    void aRecordWrittenWithAReleasedSchemaIsRead() throws IOException {
        for (Schema released : ReleasedSchemas.of(MediaUploaded.getClassSchema())) {
            // given: a producer without our classes
            GenericRecord record = new GenericData.Record(released);
            record.put("mediaId", "m");
            record.put("uri", "https://example.org/m.jpg");
            record.put("uploadedAt", NOW.getEpochSecond() * 1_000_000 + NOW.getNano() / 1_000);
            record.put("attributes", Map.of("album", "summer"));
            byte[] bytes = written(released, record);

            // when
            MediaUploaded event = UPLOADED.read(bytes);

            // then
            assertThat(event.getMediaId()).isEqualTo("m");
            assertThat(event.getUri()).isEqualTo("https://example.org/m.jpg");
            assertThat(event.getContent()).isNull();
            assertThat(event.getUploadedAt()).isEqualTo(NOW);
            assertThat(event.getAttributes()).isEqualTo(Map.of("album", "summer"));
        }
        assertThat(ReleasedSchemas.of(MediaUploaded.getClassSchema())).isNotEmpty();
    }

    @Test
    void anIncompleteRecordIsNotWritten() {
        assertThatExceptionOfType(NotAvroException.class)
                .isThrownBy(() -> UPLOADED.write(new MediaUploaded()))
                .withMessageContaining("MediaUploaded");
    }

    private static byte[] bytes(MediaUploaded event) {
        return UPLOADED.write(event);
    }

    private static MediaEmbedded embedded() {
        return MediaEmbedded.newBuilder()
                .setMediaId("m")
                .setVector(ByteBuffer.wrap(new byte[4]))
                .setDimension(1)
                .setModelId("model")
                .setModelFingerprint("ab".repeat(32))
                .setImageWidth(1)
                .setImageHeight(1)
                .setSourceTopic("t")
                .setSourcePartition(0)
                .setSourceOffset(0)
                .setUploadedAt(NOW)
                .setEmbeddedAt(NOW)
                .build();
    }

    private static byte[] body(byte[] good, String hex) {
        byte[] body = HexFormat.of().parseHex(hex);
        byte[] bytes = Arrays.copyOf(good, 10 + body.length);
        System.arraycopy(body, 0, bytes, 10, body.length);
        return bytes;
    }

    private static byte[] stranger() throws IOException {
        Schema schema = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Stranger\",\"fields\":[{\"name\":\"x\",\"type\":\"long\"}]}");
        GenericRecord record = new GenericData.Record(schema);
        record.put("x", 1L);
        ByteBuffer encoded = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(record);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    /// Single-object encoding written by hand, with Avro's generic writer for the body.
    private static byte[] written(Schema schema, GenericRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {(byte) 0xC3, 0x01});
        bytes.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(SchemaNormalization.parsingFingerprint64(schema))
                .array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    @Test
    void aBodyThatDoesNotMatchItsHeaderIsNotTakenForARegistrysRecord() {
        // given
        byte[] written = UPLOADED.write(MediaUploaded.newBuilder()
                .setMediaId("m")
                .setUri("https://example.org/m.jpg")
                .setUploadedAt(Instant.EPOCH)
                .build());

        // then
        assertThatExceptionOfType(NotAvroException.class)
                .isThrownBy(() -> UPLOADED.read(Arrays.copyOf(written, written.length - 3)))
                .withMessageContaining("found its header (starts with c3018c868bc459f6fed6)")
                .withMessageContaining("it ends early")
                .withMessageNotContaining("registry");
    }
}
