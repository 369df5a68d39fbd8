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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
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

    /// Domains of the operators that ONNX Runtime brings.
    private static final Set<String> DOMAINS = Set.of(
            "",
            "ai.onnx",
            "ai.onnx.ml",
            "ai.onnx.training",
            "ai.onnx.preview.training",
            "com.microsoft",
            "com.microsoft.nchwc",
            "com.microsoft.experimental",
            "com.ms.internal.nhwc",
            "org.pytorch.aten");

    /// Bytes of an element by type, for types of whole bytes.
    private static final Map<Integer, Integer> ELEMENT_BYTES =
            Map.of(1, 4, UINT8, 1, INT8, 1, 5, 2, 6, 4, 7, 8, 9, 1, 10, 2, 11, 8, 16, 2);

    private record Product(int weights, int zeroPoint) {}

    /// What is wanted of the message that is being read.
    private static final class Fields {
        /// Texts by field, in the order of the file.
        private final Map<Integer, List<String>> texts = new HashMap<>();
        /// Where a tensor's weights are: keys and values of its external data.
        private final Map<String, String> external = new HashMap<>();
        /// Of the tensor; 1 if it has no dimensions, negative if it is no number of elements.
        private long elements = 1;
        private int type;

        List<String> texts(int field) {
            return texts.getOrDefault(field, List.of());
        }

        /// Returns a field's text. As in any protocol buffer, the last of several values counts.
        String text(int field) {
            List<String> values = texts(field);
            return values.isEmpty() ? "" : values.getLast();
        }
    }

    private final String name;
    private final long size;
    private final CodedInputStream in;
    /// Least size in bytes of each file of external data, by its location.
    private final SortedMap<String, Long> externalBytes = new TreeMap<>();
    /// Operators of a domain that is not ONNX Runtime's, as `DOMAIN:NAME`.
    private final SortedSet<String> foreignOperators = new TreeSet<>();
    private final Set<String> functions = new HashSet<>();
    private boolean graph;
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
                scan.read(OnnxMessage.MODEL, 0, new Fields());
            } catch (InvalidProtocolBufferException e) {
                throw scan.damaged(String.valueOf(e.getMessage()));
            }
            if (!scan.graph) {
                throw scan.damaged("no graph");
            }
            return scan;
        }
    }

    /// Returns the locations of external data, as the file has them.
    SortedSet<String> locations() {
        return new TreeSet<>(externalBytes.keySet());
    }

    /// Returns how many bytes a file of external data must have.
    long externalBytes(String location) {
        return externalBytes.getOrDefault(location, 0L);
    }

    /// Returns the operators that neither ONNX Runtime nor the file defines, as `DOMAIN:NAME`.
    SortedSet<String> customOperators() {
        SortedSet<String> custom = new TreeSet<>(foreignOperators);
        custom.removeAll(functions);
        return custom;
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

    private void read(OnnxMessage message, int depth, Fields fields) throws IOException, ModelException {
        if (depth > DEEPEST) {
            throw damaged("messages in " + depth + " layers");
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> readBytes(message, field, fields, depth);
                case WireFormat.WIRETYPE_VARINT -> readNumber(message, field, fields);
                case WireFormat.WIRETYPE_FIXED64, WireFormat.WIRETYPE_FIXED32 -> in.skipField(tag);
                default -> throw damaged("a field of unknown type at byte " + in.getTotalBytesRead());
            }
        }
        end(message, fields);
    }

    private void readNumber(OnnxMessage message, int field, Fields fields) throws IOException {
        long value = in.readRawVarint64();
        if (message == OnnxMessage.TENSOR && field == OnnxMessage.TENSOR_TYPE) {
            fields.type = (int) value;
        } else if (message == OnnxMessage.TENSOR && field == OnnxMessage.TENSOR_DIMENSION) {
            multiply(fields, value);
        }
    }

    private static void multiply(Fields fields, long dimension) {
        long high = Math.multiplyHigh(fields.elements, dimension);
        fields.elements = fields.elements < 0 || dimension < 0 || high != 0 ? -1 : fields.elements * dimension;
    }

    private void readBytes(OnnxMessage message, int field, Fields fields, int depth)
            throws IOException, ModelException {
        int length = in.readRawVarint32();
        int left = in.getBytesUntilLimit();
        if (length < 0 || length > left) {
            throw damaged("its end " + (Integer.toUnsignedLong(length) - left) + " bytes too early");
        }
        if (message.hasText(field)) {
            fields.texts.computeIfAbsent(field, of -> new ArrayList<>()).add(readText(length));
        } else if (message == OnnxMessage.TENSOR && field == OnnxMessage.TENSOR_DIMENSION) {
            int outer = in.pushLimit(length);
            while (in.getBytesUntilLimit() > 0) {
                multiply(fields, in.readRawVarint64());
            }
            in.popLimit(outer);
        } else if (message.at(field) == OnnxMessage.OTHER) {
            in.skipRawBytes(length);
        } else {
            int outer = in.pushLimit(length);
            Fields inner = new Fields();
            read(message.at(field), depth + 1, inner);
            in.popLimit(outer);
            if (message.at(field) == OnnxMessage.EXTERNAL) {
                fields.external.put(inner.text(OnnxMessage.EXTERNAL_KEY), inner.text(OnnxMessage.EXTERNAL_VALUE));
            }
        }
    }

    private String readText(int length) throws IOException, ModelException {
        if (length > LONGEST_NAME) {
            throw damaged("a name of " + length + " bytes");
        }
        nameBytes += NAME_OVERHEAD_BYTES + length;
        if (nameBytes > MAX_NAME_BYTES) {
            throw damaged("more names than any model has");
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    private void end(OnnxMessage message, Fields fields) throws ModelException {
        switch (message) {
            case GRAPH -> graph = true;
            case EXTERNAL -> {
                // each location counts, also one that a later one of the same tensor replaces
                if (fields.text(OnnxMessage.EXTERNAL_KEY).equals("location")) {
                    externalBytes.putIfAbsent(fields.text(OnnxMessage.EXTERNAL_VALUE), 0L);
                }
            }
            case FUNCTION ->
                functions.add(fields.text(OnnxMessage.FUNCTION_DOMAIN) + ":" + fields.text(OnnxMessage.FUNCTION_NAME));
            case TENSOR -> {
                String tensor = fields.text(OnnxMessage.TENSOR_NAME);
                if (fields.type != INT8) {
                    notSigned.add(tensor);
                    if (fields.type != UINT8) {
                        notEightBit.add(tensor);
                    }
                }
                String location = fields.external.get("location");
                if (location != null) {
                    externalBytes.merge(location, end(fields), Math::max);
                }
            }
            case NODE -> {
                String operator = fields.text(OnnxMessage.NODE_OPERATOR);
                String domain = fields.text(OnnxMessage.NODE_DOMAIN);
                if (!DOMAINS.contains(domain)) {
                    foreignOperators.add(domain + ":" + operator);
                }
                Product product = PRODUCTS.get(operator);
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

    /// Returns where a tensor's weights end in their file, in bytes.
    private long end(Fields tensor) throws ModelException {
        long offset = number(tensor.external.getOrDefault("offset", "0"));
        String length = tensor.external.get("length");
        long bytes = length == null ? tensor.elements * ELEMENT_BYTES.getOrDefault(tensor.type, 0) : number(length);
        if (offset < 0 || bytes < 0 || offset + bytes < 0) {
            throw damaged("weights from byte " + offset + " with a length of " + bytes);
        }
        return offset + bytes;
    }

    private long number(String text) throws ModelException {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw damaged("the place '" + text + "' of external weights");
        }
    }

    private static String input(Fields fields, int place) {
        List<String> inputs = fields.texts(OnnxMessage.NODE_INPUT);
        return place < inputs.size() ? inputs.get(place) : "";
    }

    private ModelException damaged(String found) {
        return new ModelException(
                "a whole ONNX file in " + name + " (" + size + " bytes)",
                found,
                "download it again, and fetch Git LFS files if it came by git");
    }
}
