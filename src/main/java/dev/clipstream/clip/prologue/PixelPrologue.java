package dev.clipstream.clip.prologue;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The nodes that turn an image's bytes into the floats that a graph takes: look up each byte in a table of levels.
///
/// A channel has only 256 levels, so the table holds every float that preprocessing can give, 256 of red, then green,
/// then blue, in the precision of the graph. The floats are thus the same bit for bit on every device, whatever its
/// arithmetic. The table is an input: a session opens before the preprocessing is known, and an engine that is compiled
/// for a graph does not depend on it.
///
/// The first node turns bytes into 32-bit floats, the only types for which TensorRT accepts bytes; they hold the
/// numbers 0 to 767 exactly.
public final class PixelPrologue {
    /// The input of bytes, `[batch, height, width, 3]`.
    public static final String PIXELS = "clipstream.pixels";
    /// The input of levels, `[768]`.
    public static final String LEVELS = "clipstream.levels";

    /// Levels of a channel.
    private static final int CHANNEL = 256;

    private static final String OFFSETS = "clipstream.offsets";
    private static final String NUMBERS = "clipstream.numbers";
    private static final String PLACES = "clipstream.places";
    private static final String INDICES = "clipstream.indices";
    private static final String FLOATS = "clipstream.floats";

    /// The tensors with the shape of [#PIXELS]. If a provider takes the graph only from one of them on, that one is the
    /// input of its part.
    static final List<String> CHANNELS_LAST = List.of(PIXELS, NUMBERS, PLACES, INDICES, FLOATS);

    private PixelPrologue() {}

    /// Returns the nodes in the order in which they run.
    ///
    /// @param target the tensor that the graph takes, `[batch, 3, height, width]`
    static List<ProtoMessage> nodes(String target) {
        List<ProtoMessage> nodes = new ArrayList<>();
        nodes.add(node("Constant", OFFSETS).message(Onnx.NODE_ATTRIBUTE, offsets()));
        nodes.add(node("Cast", NUMBERS, PIXELS).message(Onnx.NODE_ATTRIBUTE, attribute("to", Onnx.FLOAT)));
        nodes.add(node("Add", PLACES, NUMBERS, OFFSETS));
        nodes.add(node("Cast", INDICES, PLACES).message(Onnx.NODE_ATTRIBUTE, attribute("to", Onnx.INT32)));
        nodes.add(node("Gather", FLOATS, LEVELS, INDICES));
        ProtoMessage order = new ProtoMessage().text(Onnx.ATTRIBUTE_NAME, "perm");
        for (int axis : new int[] {0, 3, 1, 2}) {
            order.number(Onnx.ATTRIBUTE_INTEGERS, axis);
        }
        order.number(Onnx.ATTRIBUTE_TYPE, Onnx.ATTRIBUTE_IS_INTEGERS);
        nodes.add(node("Transpose", target, FLOATS).message(Onnx.NODE_ATTRIBUTE, order));
        return nodes;
    }

    /// Returns the inputs.
    ///
    /// @param image the input that the graph declares
    static List<ProtoMessage> inputs(ImageInput image) {
        List<ByteString> declared = image.dimensions();
        ProtoMessage channels = new ProtoMessage().number(Onnx.DIMENSION_VALUE, 3);
        ProtoMessage levels = new ProtoMessage().number(Onnx.DIMENSION_VALUE, 3 * CHANNEL);
        return List.of(
                input(
                        PIXELS,
                        Onnx.UINT8,
                        List.of(declared.get(0), declared.get(2), declared.get(3), channels.toByteString())),
                input(LEVELS, image.type(), List.of(levels.toByteString())));
    }

    private static ProtoMessage node(String operator, String output, String... inputs) {
        ProtoMessage node = new ProtoMessage();
        for (String input : inputs) {
            node.text(Onnx.NODE_INPUT, input);
        }
        return node.text(Onnx.NODE_OUTPUT, output).text(Onnx.NODE_NAME, output).text(Onnx.NODE_OPERATOR, operator);
    }

    private static ProtoMessage attribute(String name, int value) {
        return new ProtoMessage()
                .text(Onnx.ATTRIBUTE_NAME, name)
                .number(Onnx.ATTRIBUTE_INTEGER, value)
                .number(Onnx.ATTRIBUTE_TYPE, Onnx.ATTRIBUTE_IS_INTEGER);
    }

    private static ProtoMessage offsets() {
        ByteBuffer values = ByteBuffer.allocate(3 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int channel = 0; channel < 3; channel++) {
            values.putFloat(channel * CHANNEL);
        }
        ProtoMessage tensor = new ProtoMessage()
                .number(Onnx.TENSOR_DIMENSION, 3)
                .number(Onnx.TENSOR_TYPE, Onnx.FLOAT)
                .bytes(Onnx.TENSOR_RAW_DATA, ByteString.copyFrom(values.array()));
        return new ProtoMessage()
                .text(Onnx.ATTRIBUTE_NAME, "value")
                .message(Onnx.ATTRIBUTE_TENSOR, tensor)
                .number(Onnx.ATTRIBUTE_TYPE, Onnx.ATTRIBUTE_IS_TENSOR);
    }

    private static ProtoMessage input(String name, int type, List<ByteString> dimensions) {
        ProtoMessage shape = new ProtoMessage();
        dimensions.forEach(dimension -> shape.bytes(Onnx.SHAPE_DIMENSION, dimension));
        ProtoMessage tensor =
                new ProtoMessage().number(Onnx.TENSOR_TYPE_ELEMENT, type).message(Onnx.TENSOR_TYPE_SHAPE, shape);
        return new ProtoMessage()
                .text(Onnx.VALUE_NAME, name)
                .message(Onnx.VALUE_TYPE, new ProtoMessage().message(Onnx.TYPE_TENSOR, tensor));
    }
}
