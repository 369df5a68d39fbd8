package dev.clipstream.clip.bundle;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// One pass over a model file's protocol buffer: visits tensors and nodes in the graph, in nested graphs, in
/// functions and in training information, and skips everything else.
///
/// The file is not trusted: lengths are checked against what is left, and names and nesting are limited.
final class OnnxScan {
    private static final int DEEPEST = 32;
    private static final int LONGEST_NAME = 1 << 16;
    /// Heap that all names together may take in bytes; those of a model with 1,000 layers take about 4 MB.
    private static final int MAX_NAME_BYTES = 64 << 20;
    /// Heap that a name takes besides its characters, in a list or a set.
    private static final int NAME_OVERHEAD_BYTES = 100;

    private static final int UINT8 = 2;
    private static final int INT8 = 3;

    /// Operators that may have 8-bit weights, with the places of the weights and of their zero points among the inputs.
    /// ONNX Runtime fuses a DequantizeLinear with the products behind it; its input may also have 4, 16 or 32 bits.
    private static final Map<String, Product> PRODUCTS = Map.of(
            "DequantizeLinear", new Product(0, 2),
            "MatMulInteger", new Product(1, 3),
            "ConvInteger", new Product(1, 3),
            "MatMulIntegerToFloat", new Product(1, 5),
            "DynamicQuantizeMatMul", new Product(1, 3),
            "QAttention", new Product(1, 7),
            "QGemm", new Product(3, 5),
            "QLinearMatMul", new Product(3, 5),
            "QLinearConv", new Product(3, 5));

    private record Product(int weights, int zeroPoint) {}

    /// Messages of ONNX that may hold tensors or nodes.
    private enum Message {
        MODEL,
        TRAINING,
        FUNCTION,
        GRAPH,
        NODE,
        ATTRIBUTE,
        SPARSE,
        TENSOR,
        EXTERNAL,
        OTHER;

        /// Returns what a field holds; [#OTHER] if it is of no interest.
        Message at(int field) {
            return switch (this) {
                case MODEL ->
                    switch (field) {
                        case 7 -> GRAPH;
                        case 20 -> TRAINING;
                        case 25 -> FUNCTION;
                        default -> OTHER;
                    };
                case TRAINING -> field == 1 || field == 2 ? GRAPH : OTHER;
                case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : OTHER;
                case GRAPH ->
                    switch (field) {
                        case 1 -> NODE;
                        case 5 -> TENSOR;
                        case 15 -> SPARSE;
                        default -> OTHER;
                    };
                case NODE -> field == 5 ? ATTRIBUTE : OTHER;
                case ATTRIBUTE ->
                    switch (field) {
                        case 5, 10 -> TENSOR;
                        case 6, 11 -> GRAPH;
                        case 22, 23 -> SPARSE;
                        default -> OTHER;
                    };
                case SPARSE -> field == 1 || field == 2 ? TENSOR : OTHER;
                case TENSOR -> field == 13 ? EXTERNAL : OTHER;
                case EXTERNAL, OTHER -> OTHER;
            };
        }

        /// Returns whether a field is a text that is wanted.
        boolean hasText(int field) {
            return switch (this) {
                case NODE -> field == 1 || field == 4; // inputs, operator
                case TENSOR -> field == 8; // name
                case EXTERNAL -> field == 1 || field == 2; // key, value
                default -> false;
            };
        }
    }

    /// Texts and the element type of the message that is being read.
    private static final class Fields {
        private final List<String> first = new ArrayList<>();
        private String last = "";
        private int type;
    }

    private final String name;
    private final long size;
    private final CodedInputStream in;
    private final SortedSet<String> locations = new TreeSet<>();
    /// Names of tensors that are not INT8.
    private final Set<String> notSigned = new HashSet<>();
    /// Names of tensors that are neither INT8 nor UINT8.
    private final Set<String> notEightBit = new HashSet<>();
    private final Set<String> weights = new HashSet<>();
    private final Set<String> withoutZeroPoint = new HashSet<>();
    private long nameBytes;

    private OnnxScan(String name, long size, CodedInputStream in) {
        this.name = name;
        this.size = size;
        this.in = in;
    }

    /// Scans a file.
    ///
    /// @param name of the file in messages
    /// @throws ModelException if the file is no whole protocol buffer
    static OnnxScan of(Path file, String name) throws IOException, ModelException {
        long size = Files.size(file);
        if (size > Integer.MAX_VALUE) {
            throw new ModelException(
                    "an ONNX file below 2 GiB, which is the format's limit, in " + name,
                    size + " bytes",
                    "export it with its weights in a file of their own");
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            in.pushLimit((int) size);
            OnnxScan scan = new OnnxScan(name, size, in);
            try {
                scan.read(Message.MODEL, 0);
            } catch (InvalidProtocolBufferException e) {
                throw scan.damaged(String.valueOf(e.getMessage()));
            }
            return scan;
        }
    }

    /// Returns the locations of external data, as the file has them.
    SortedSet<String> locations() {
        return locations;
    }

    /// Returns whether any weights have 8 bits. Weights that are no tensors of the file, such as another node's output,
    /// count as such.
    boolean eightBitWeights() {
        return !notEightBit.containsAll(weights);
    }

    /// Returns whether all signed 8-bit weights have a zero point.
    boolean zeroPoints() {
        return notSigned.containsAll(withoutZeroPoint);
    }

    private void read(Message message, int depth) throws IOException, ModelException {
        if (depth > DEEPEST) {
            throw damaged("messages in " + depth + " layers");
        }
        Fields fields = new Fields();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> readBytes(message, field, fields, depth);
                case WireFormat.WIRETYPE_VARINT -> {
                    long value = in.readRawVarint64();
                    if (message == Message.TENSOR && field == 2) {
                        fields.type = (int) value;
                    }
                }
                case WireFormat.WIRETYPE_FIXED64, WireFormat.WIRETYPE_FIXED32 -> in.skipField(tag);
                default -> throw damaged("a field of unknown type at byte " + in.getTotalBytesRead());
            }
        }
        end(message, fields);
    }

    private void readBytes(Message message, int field, Fields fields, int depth) throws IOException, ModelException {
        int length = in.readRawVarint32();
        int left = in.getBytesUntilLimit();
        if (length < 0 || length > left) {
            throw damaged("its end " + (Integer.toUnsignedLong(length) - left) + " bytes too early");
        }
        if (message.hasText(field)) {
            if (length > LONGEST_NAME) {
                throw damaged("a name of " + length + " bytes");
            }
            nameBytes += NAME_OVERHEAD_BYTES + length;
            if (nameBytes > MAX_NAME_BYTES) {
                throw damaged("more names than any model has");
            }
            String text = new String(in.readRawBytes(length), StandardCharsets.UTF_8);
            if (field == 1) {
                fields.first.add(text);
            } else {
                fields.last = text;
            }
        } else if (message.at(field) == Message.OTHER) {
            in.skipRawBytes(length);
        } else {
            int outer = in.pushLimit(length);
            read(message.at(field), depth + 1);
            in.popLimit(outer);
        }
    }

    private void end(Message message, Fields fields) {
        switch (message) {
            case EXTERNAL -> {
                // as in any protocol buffer, the last of several values counts
                if (!fields.first.isEmpty() && fields.first.getLast().equals("location")) {
                    locations.add(fields.last);
                }
            }
            case TENSOR -> {
                if (fields.type != INT8) {
                    notSigned.add(fields.last);
                    if (fields.type != UINT8) {
                        notEightBit.add(fields.last);
                    }
                }
            }
            case NODE -> {
                Product product = PRODUCTS.get(fields.last);
                if (product != null) {
                    weights.add(input(fields, product.weights()));
                    if (input(fields, product.zeroPoint()).isEmpty()) {
                        withoutZeroPoint.add(input(fields, product.weights()));
                    }
                }
            }
            default -> {
                // nothing to keep
            }
        }
    }

    private static String input(Fields fields, int place) {
        return place < fields.first.size() ? fields.first.get(place) : "";
    }

    private ModelException damaged(String found) {
        return new ModelException(
                "a whole ONNX file in " + name + " (" + size + " bytes)",
                found,
                "download it again, and fetch Git LFS files if it came by git");
    }
}
