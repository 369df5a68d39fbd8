package dev.clipstream.clip.prologue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An input of a graph that takes normalized images: 32-bit or 16-bit floats `[batch, 3, height, width]`.
///
/// @param name       of the tensor
/// @param type       number of its element type
/// @param dimensions as the graph declares them: each a number, a name or nothing
/// @param height     in pixels; 0 or less if it is free
/// @param width      in pixels; 0 or less if it is free
record ImageInput(String name, int type, List<ByteString> dimensions, int height, int width) {

    ImageInput {
        dimensions = List.copyOf(dimensions);
    }

    /// Returns the name of an input.
    ///
    /// @param value a `ValueInfoProto`
    static String name(ByteString value) throws IOException {
        return field(value, Onnx.VALUE_NAME).toStringUtf8();
    }

    /// Reads the declaration of an input.
    ///
    /// @param value a `ValueInfoProto`
    /// @return empty if it takes something else
    static Optional<ImageInput> read(ByteString value) throws IOException {
        ByteString tensor = field(field(value, Onnx.VALUE_TYPE), Onnx.TYPE_TENSOR);
        int type = number(tensor, Onnx.TENSOR_TYPE_ELEMENT);
        List<ByteString> dimensions = fields(field(tensor, Onnx.TENSOR_TYPE_SHAPE), Onnx.SHAPE_DIMENSION);
        boolean floats = type == Onnx.FLOAT || type == Onnx.FLOAT16;
        if (!floats || dimensions.size() != 4) {
            return Optional.empty();
        }
        int channels = size(dimensions.get(1));
        if (channels > 0 && channels != 3) {
            return Optional.empty();
        }
        return Optional.of(
                new ImageInput(name(value), type, dimensions, size(dimensions.get(2)), size(dimensions.get(3))));
    }

    private static int size(ByteString dimension) throws IOException {
        return number(dimension, Onnx.DIMENSION_VALUE);
    }

    private static ByteString field(ByteString message, int field) throws IOException {
        List<ByteString> found = fields(message, field);
        return found.isEmpty() ? ByteString.EMPTY : found.getLast();
    }

    private static List<ByteString> fields(ByteString message, int field) throws IOException {
        List<ByteString> found = new ArrayList<>();
        CodedInputStream in = message.newCodedInput();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == WireFormat.WIRETYPE_LENGTH_DELIMITED + (field << 3)) {
                found.add(in.readBytes());
            } else {
                in.skipField(tag);
            }
        }
        return found;
    }

    private static int number(ByteString message, int field) throws IOException {
        int number = 0;
        CodedInputStream in = message.newCodedInput();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == WireFormat.WIRETYPE_VARINT + (field << 3)) {
                number = (int) in.readInt64();
            } else {
                in.skipField(tag);
            }
        }
        return number;
    }
}
