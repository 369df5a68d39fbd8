package dev.clipstream.event;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// A serde of Avro's single-object encoding: marker C3 01, the schema's CRC-64-AVRO fingerprint (8 bytes,
/// little-endian), body.
///
/// Reads all released versions of its schema (see [ReleasedSchemas]) as the current one. A null value is a
/// tombstone and stays null. Safe for use by many threads.
///
/// @param <T> a record generated from `schemas/`
public final class AvroSerde<T extends SpecificRecordBase> implements Serde<T>, Serializer<T>, Deserializer<T> {
    private static final HexFormat HEX = HexFormat.of();
    private static final int HEADER_BYTES = 2 + Long.BYTES;

    static {
        // Avro instantiates only trusted classes; this adds those of our schemas to the ones that are trusted already
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), AvroSerde::isOurs));
    }

    private final Schema schema;
    private final BinaryMessageEncoder<T> encoder;
    private final BinaryMessageDecoder<T> decoder;
    private final Map<Long, Schema> writers;

    private AvroSerde(SpecificData data, Schema schema, List<Schema> released) {
        this.schema = schema;
        this.encoder = new BinaryMessageEncoder<>(data, schema);
        this.decoder = new BinaryMessageDecoder<>(data, schema);
        released.forEach(decoder::addSchema);
        this.writers = Stream.concat(Stream.of(schema), released.stream())
                .collect(Collectors.toUnmodifiableMap(
                        SchemaNormalization::parsingFingerprint64, Function.identity(), (same, again) -> same));
    }

    /// Returns the serde of upload events.
    public static AvroSerde<MediaUploaded> uploaded() {
        return of(new MediaUploaded());
    }

    /// Returns the serde of vectors.
    public static AvroSerde<MediaEmbedded> embedded() {
        return of(new MediaEmbedded());
    }

    /// Returns the serde of tags.
    public static AvroSerde<MediaTagged> tagged() {
        return of(new MediaTagged());
    }

    /// Returns the serde of rejections.
    public static AvroSerde<MediaRejected> rejected() {
        return of(new MediaRejected());
    }

    /// Returns the serde of matches of standing queries.
    public static AvroSerde<MediaAlert> alert() {
        return of(new MediaAlert());
    }

    /// Returns the serde of label sets.
    public static AvroSerde<LabelSet> labels() {
        return of(new LabelSet());
    }

    /// Returns the serde of people's verdicts.
    public static AvroSerde<MediaFeedback> feedback() {
        return of(new MediaFeedback());
    }

    private static <T extends SpecificRecordBase> AvroSerde<T> of(T empty) {
        return new AvroSerde<>(empty.getSpecificData(), empty.getSchema(), ReleasedSchemas.of(empty.getSchema()));
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T value) {
        return value == null ? null : write(value);
    }

    /// Encodes a record.
    ///
    /// @throws NotAvroException if a required field is missing
    public byte[] write(T value) {
        try {
            ByteBuffer encoded = encoder.encode(value);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException | RuntimeException e) {
            // Avro's writers throw many unchecked types for a field that does not match its schema
            throw new NotAvroException("Expected a complete " + schema.getFullName() + ", found: " + e.getMessage(), e);
        }
    }

    /// @throws NotAvroException if the bytes are not a record of this schema
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        return bytes == null ? null : read(bytes);
    }

    /// Decodes a record.
    ///
    /// @throws NotAvroException if the bytes are not a record of this schema
    public T read(byte[] bytes) {
        try {
            requireLengthsThatFit(bytes);
            return decoder.decode(bytes);
        } catch (MissingSchemaException e) {
            throw new NotAvroException(
                    expected() + "found the fingerprint of another schema (" + head(bytes)
                            + "). Write with a schema of the folder schemas/, or update Clipstream if yours is newer.",
                    e);
        } catch (IOException | RuntimeException e) {
            // Avro's readers throw many unchecked types for hostile bytes, such as bad lengths and union branches
            Schema writer = writer(bytes);
            throw new NotAvroException(
                    writer == null
                            ? expected() + "found " + bytes.length + " other bytes (" + head(bytes)
                                    + "). Write with Avro's BinaryMessageEncoder or an equivalent, without a registry's"
                                    + " header."
                            : expected() + "found its header (" + head(bytes) + ") and a body of "
                                    + (bytes.length - HEADER_BYTES) + " bytes that does not match the schema: "
                                    + (e instanceof EOFException ? "it ends early" : e.getMessage())
                                    + ". Write all fields in the order of the schema.",
                    e);
        }
    }

    /// Walks through a record without allocating. Avro itself would allocate any length that a hostile record
    /// claims.
    private void requireLengthsThatFit(byte[] bytes) throws IOException {
        Schema writer = writer(bytes);
        if (writer == null) {
            return;
        }
        BinaryDecoder body = DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        walk(writer, body);
        if (!body.isEnd()) {
            throw new IOException("bytes follow the record");
        }
    }

    /// Returns the schema that the header of a record names; null: there is no header of a known schema.
    private @Nullable Schema writer(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != (byte) 0xC3 || bytes[1] != 0x01) {
            return null;
        }
        return writers.get(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(HEADER_BYTES - Long.BYTES));
    }

    /// Visits every item, as reading does. Avro's own skipping trusts the byte size that a block of a map or an
    /// array claims, and does not look into the block.
    private static void walk(Schema schema, Decoder in) throws IOException {
        switch (schema.getType()) {
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    walk(field.schema(), in);
                }
            }
            case UNION -> walk(schema.getTypes().get(in.readIndex()), in);
            case ARRAY -> {
                for (long items = in.readArrayStart(); items > 0; items = in.arrayNext()) {
                    for (long i = 0; i < items; i++) {
                        walk(schema.getElementType(), in);
                    }
                }
            }
            case MAP -> {
                for (long items = in.readMapStart(); items > 0; items = in.mapNext()) {
                    for (long i = 0; i < items; i++) {
                        in.skipString();
                        walk(schema.getValueType(), in);
                    }
                }
            }
            case STRING -> in.skipString();
            case BYTES -> in.skipBytes();
            case FIXED -> in.skipFixed(schema.getFixedSize());
            case ENUM -> in.readEnum();
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> in.readFloat();
            case DOUBLE -> in.readDouble();
            case BOOLEAN -> in.readBoolean();
            case NULL -> in.readNull();
        }
    }

    /// Returns whether a class was generated from `schemas/`.
    private static boolean isOurs(Class<?> type) {
        return type.getPackage() == AvroSerde.class.getPackage()
                && (SpecificRecordBase.class.isAssignableFrom(type) || type.isEnum());
    }

    private String expected() {
        return "Expected Avro's single-object encoding of " + schema.getFullName() + ", ";
    }

    private static String head(byte[] bytes) {
        return bytes.length == 0 ? "empty" : "starts with " + HEX.formatHex(bytes, 0, Math.min(bytes.length, 10));
    }

    @Override
    public Serializer<T> serializer() {
        return this;
    }

    @Override
    public Deserializer<T> deserializer() {
        return this;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {}

    @Override
    public void close() {}
}
