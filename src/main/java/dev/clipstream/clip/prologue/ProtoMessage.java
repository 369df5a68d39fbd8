package dev.clipstream.clip.prologue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A message of a protocol buffer that is being written, field by field, into memory.
final class ProtoMessage {
    private final ByteString.Output bytes = ByteString.newOutput();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, 512);

    /// Appends a number.
    ProtoMessage number(int field, long value) {
        return write(() -> out.writeUInt64(field, value));
    }

    /// Appends a text.
    ProtoMessage text(int field, String value) {
        return write(() -> out.writeString(field, value));
    }

    /// Appends bytes, or a message that is complete.
    ProtoMessage bytes(int field, ByteString value) {
        return write(() -> out.writeBytes(field, value));
    }

    /// Appends a message.
    ProtoMessage message(int field, ProtoMessage value) {
        return bytes(field, value.toByteString());
    }

    /// Appends the fields of another message.
    ProtoMessage append(ProtoMessage other) {
        return write(() -> out.writeRawBytes(other.toByteString()));
    }

    /// Appends a field of four or eight bytes with its tag.
    ProtoMessage fixed(int tag, long value, boolean eight) {
        return write(() -> {
            out.writeUInt32NoTag(tag);
            if (eight) {
                out.writeFixed64NoTag(value);
            } else {
                out.writeFixed32NoTag((int) value);
            }
        });
    }

    ByteString toByteString() {
        write(out::flush);
        return bytes.toByteString();
    }

    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    private ProtoMessage write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException("Expected memory to be writable, found " + e, e);
        }
        return this;
    }
}
