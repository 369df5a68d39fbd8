package dev.clipstream.event;

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

/// Avro's single-object encoding: marker C3 01, the schema's CRC-64-AVRO fingerprint (8 bytes,
/// little-endian), body.
///
/// Reads every released version of its schema (see [ReleasedSchemas]) as the current one. A null value is a
/// tombstone and stays null. Safe for use by many threads.
///
/// @param <T> a record generated from `schemas/`
public final class AvroSerde<T extends SpecificRecordBase> implements Serde<T>, Serializer<T>, Deserializer<T> {
    private static final HexFormat HEX = HexFormat.of();
    private static final int HEADER_BYTES = 2 + Long.BYTES;

    static {
        // Avro makes no class of a schema that it was not told to trust; this adds ours to those that others trust
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

    /// Upload events.
    public static AvroSerde<MediaUploaded> uploaded() {
        return of(new MediaUploaded());
    }

    /// Vectors.
    public static AvroSerde<MediaEmbedded> embedded() {
        return of(new MediaEmbedded());
    }

    /// Tags.
    public static AvroSerde<MediaTagged> tagged() {
        return of(new MediaTagged());
    }

    /// Rejections.
    public static AvroSerde<MediaRejected> rejected() {
        return of(new MediaRejected());
    }

    private static <T extends SpecificRecordBase> AvroSerde<T> of(T empty) {
        return new AvroSerde<>(empty.getSpecificData(), empty.getSchema(), ReleasedSchemas.of(empty.getSchema()));
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T value) {
        return value == null ? null : write(value);
    }

    /// Writes a record that is there.
    ///
    /// @throws NotAvroException if a field that must be there is not
    public byte[] write(T value) {
        try {
            ByteBuffer encoded = encoder.encode(value);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException | RuntimeException e) {
            // Avro's writers fail with many unchecked types on a field that is not what its schema says
            throw new NotAvroException("A complete " + schema.getFullName() + " was expected: " + e.getMessage(), e);
        }
    }

    /// @throws NotAvroException if the bytes are no such record
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        return bytes == null ? null : read(bytes);
    }

    /// Reads a record that is there.
    ///
    /// @throws NotAvroException if the bytes are no such record
    public T read(byte[] bytes) {
        try {
            requireLengthsThatFit(bytes);
            return decoder.decode(bytes);
        } catch (MissingSchemaException e) {
            throw new NotAvroException(
                    expected() + "found the fingerprint of another schema (" + head(bytes)
                            + "): write with a schema of the folder schemas/, or update Clipstream if yours is newer",
                    e);
        } catch (IOException | RuntimeException e) {
            // Avro's readers run over hostile bytes: lengths and union branches fail with many unchecked types
            throw new NotAvroException(
                    expected() + "found " + bytes.length + " bytes that are not (" + head(bytes)
                            + "): write with Avro's BinaryMessageEncoder or the like, without a registry's header",
                    e);
        }
    }

    /// Walks through a record without allocating: Avro would make room for whatever length a
    /// hostile one tells.
    private void requireLengthsThatFit(byte[] bytes) throws IOException {
        if (bytes.length < HEADER_BYTES) {
            return;
        }
        long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(HEADER_BYTES - Long.BYTES);
        Schema writer = writers.get(fingerprint);
        if (writer == null) {
            return;
        }
        BinaryDecoder body = DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        walk(writer, body);
        if (!body.isEnd()) {
            throw new IOException("bytes follow the record");
        }
    }

    /// Avro's own skipping believes the byte size that a block of a map or an array tells of itself, and looks at
    /// nothing in it; this visits every item, as reading does.
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

    /// Whether a class was generated from `schemas/`.
    private static boolean isOurs(Class<?> type) {
        return type.getPackage() == AvroSerde.class.getPackage()
                && (SpecificRecordBase.class.isAssignableFrom(type) || type.isEnum());
    }

    private String expected() {
        return "Avro's single-object encoding of " + schema.getFullName() + " was expected, ";
    }

    private static String head(byte[] bytes) {
        return bytes.length == 0 ? "empty" : "begins " + HEX.formatHex(bytes, 0, Math.min(bytes.length, 10));
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
