package dev.clipstream.clip.prologue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One pass over a model file that copies everything but large weights, and replaces the input of images.
///
/// The file is not trusted: lengths are checked against what is left, and what is copied is limited. Used once, by one
/// thread.
final class ModelCopy {
    /// Weights of fewer bytes are copied: ONNX Runtime reads small ones, such as shapes, while it opens the graph.
    private static final int LARGE_WEIGHTS = 1 << 14;
    /// Most bytes that are copied; the nodes of a model with 1,000 layers take about 4 MB.
    private static final int MOST_BYTES = 64 << 20;
    /// The operators of the prologue have had their form since this version.
    private static final int FIRST_OPERATORS = 9;

    private final CodedInputStream in;
    private final Optional<String> weights;
    private final List<ByteString> inputs = new ArrayList<>();
    private final Set<String> initializers = new HashSet<>();
    private final List<ByteString> others = new ArrayList<>();
    private Optional<ImageInput> image = Optional.empty();
    private long operators;
    private long copied;

    /// @param size    of the file in bytes
    /// @param weights the location of large weights, which is this file; empty to copy them
    ModelCopy(InputStream file, int size, Optional<String> weights) throws IOException {
        this.in = CodedInputStream.newInstance(file, 1 << 16);
        in.pushLimit(size);
        this.weights = weights;
    }

    /// Returns the model with the prologue.
    ByteString withPrologue() throws IOException, UnsuitableGraphException {
        ProtoMessage model = new ProtoMessage();
        Optional<ProtoMessage> graph = Optional.empty();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = field(tag);
            if (field == Onnx.MODEL_GRAPH) {
                if (graph.isPresent()) {
                    throw new UnsuitableGraphException("Expected one graph, found two");
                }
                int outer = in.pushLimit(length());
                graph = Optional.of(graph());
                in.popLimit(outer);
            } else if (field == Onnx.MODEL_OPERATORS) {
                ByteString set = bytes();
                readOperators(set);
                model.bytes(field, set);
            } else {
                copy(tag, model);
            }
        }
        if (operators < FIRST_OPERATORS || graph.isEmpty()) {
            throw new UnsuitableGraphException(
                    "Expected a graph with operators of version " + FIRST_OPERATORS + " or later, found " + operators);
        }
        return model.message(Onnx.MODEL_GRAPH, withPrologue(graph.get())).toByteString();
    }

    /// Returns the input of images that was replaced.
    ImageInput image() {
        return image.orElseThrow(() -> new IllegalStateException("Expected a copied model, found none"));
    }

    /// Returns whether the graph takes nothing but images.
    boolean imagesOnly() {
        return others.isEmpty();
    }

    private ProtoMessage graph() throws IOException, UnsuitableGraphException {
        ProtoMessage graph = new ProtoMessage();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (field(tag)) {
                case Onnx.GRAPH_INPUT -> inputs.add(bytes());
                case Onnx.GRAPH_INITIALIZER -> graph.message(Onnx.GRAPH_INITIALIZER, tensor());
                default -> copy(tag, graph);
            }
        }
        return graph;
    }

    /// Returns the graph with the prologue's nodes before its own, since nodes are in the order in which they run.
    private ProtoMessage withPrologue(ProtoMessage graph) throws IOException, UnsuitableGraphException {
        ProtoMessage whole = new ProtoMessage();
        for (ByteString input : inputs) {
            if (initializers.contains(ImageInput.name(input))) {
                whole.bytes(Onnx.GRAPH_INPUT, input); // before version 4 of the format, weights are inputs too
                continue;
            }
            Optional<ImageInput> found = ImageInput.read(input);
            if (found.isEmpty()) {
                others.add(input);
            } else if (image.isPresent()) {
                throw new UnsuitableGraphException("Expected one input of images, found two");
            } else {
                image = found;
            }
        }
        ImageInput replaced = image.orElseThrow(
                () -> new UnsuitableGraphException("Expected an input of images as floats, found none"));
        PixelPrologue.nodes(replaced.name()).forEach(node -> whole.message(Onnx.GRAPH_NODE, node));
        PixelPrologue.inputs(replaced).forEach(input -> whole.message(Onnx.GRAPH_INPUT, input));
        others.forEach(input -> whole.bytes(Onnx.GRAPH_INPUT, input));
        return whole.append(graph);
    }

    private ProtoMessage tensor() throws IOException, UnsuitableGraphException {
        ProtoMessage tensor = new ProtoMessage();
        int outer = in.pushLimit(length());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = field(tag);
            if (field == Onnx.TENSOR_RAW_DATA && weights.isPresent()) {
                int length = length();
                if (length >= LARGE_WEIGHTS) {
                    declare(tensor, weights.get(), in.getTotalBytesRead(), length);
                    in.skipRawBytes(length);
                } else {
                    tensor.bytes(field, read(length));
                }
            } else if (field == Onnx.TENSOR_NAME) {
                ByteString name = bytes();
                initializers.add(name.toStringUtf8());
                tensor.bytes(field, name);
            } else {
                copy(tag, tensor);
            }
        }
        in.popLimit(outer);
        return tensor;
    }

    private static void declare(ProtoMessage tensor, String location, int offset, int length) {
        entry(tensor, "location", location);
        entry(tensor, "offset", Integer.toString(offset));
        entry(tensor, "length", Integer.toString(length));
        tensor.number(Onnx.TENSOR_DATA_LOCATION, Onnx.TENSOR_IS_EXTERNAL);
    }

    private static void entry(ProtoMessage tensor, String key, String value) {
        tensor.message(
                Onnx.TENSOR_EXTERNAL_DATA,
                new ProtoMessage().text(Onnx.ENTRY_KEY, key).text(Onnx.ENTRY_VALUE, value));
    }

    private void readOperators(ByteString set) throws IOException {
        String domain = "";
        long version = 0;
        CodedInputStream fields = set.newCodedInput();
        for (int tag = fields.readTag(); tag != 0; tag = fields.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case Onnx.OPERATORS_DOMAIN -> domain = fields.readString();
                case Onnx.OPERATORS_VERSION -> version = fields.readInt64();
                default -> fields.skipField(tag);
            }
        }
        if (domain.isEmpty() || domain.equals("ai.onnx")) {
            operators = version;
        }
    }

    private static int field(int tag) {
        return WireFormat.getTagFieldNumber(tag);
    }

    private void copy(int tag, ProtoMessage to) throws IOException, UnsuitableGraphException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> to.number(field(tag), in.readRawVarint64());
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> to.bytes(field(tag), bytes());
            case WireFormat.WIRETYPE_FIXED32 -> to.fixed(tag, in.readFixed32(), false);
            case WireFormat.WIRETYPE_FIXED64 -> to.fixed(tag, in.readFixed64(), true);
            default -> throw new UnsuitableGraphException("Expected fields of known types, found tag " + tag);
        }
    }

    private int length() throws IOException, UnsuitableGraphException {
        int length = in.readRawVarint32();
        if (length < 0 || length > in.getBytesUntilLimit()) {
            throw new UnsuitableGraphException("Expected a whole file, found its end too early");
        }
        return length;
    }

    private ByteString bytes() throws IOException, UnsuitableGraphException {
        return read(length());
    }

    private ByteString read(int length) throws IOException, UnsuitableGraphException {
        copied += length;
        if (copied > MOST_BYTES) {
            throw new UnsuitableGraphException("Expected at most " + MOST_BYTES + " bytes besides large weights");
        }
        return ByteString.copyFrom(in.readRawBytes(length));
    }
}
