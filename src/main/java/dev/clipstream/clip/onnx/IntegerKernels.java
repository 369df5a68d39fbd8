package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/// How ONNX Runtime multiplies 8-bit matrices on this processor.
///
/// On x86 without VNNI, its kernels for unsigned inputs and signed weights add pairs of products in 16 bits that
/// saturate, and the vectors of a quantized model are silently wrong. With the session entry
/// `session.x64quantprecision` it turns signed weights into unsigned ones, for which its kernels are exact but
/// slower. Version 1.29 does so on every x86 processor, also where nothing saturates, so the entry must be set only
/// where it is needed. It ignores signed weights without a zero point, or, in some graphs, ends the process on them.
///
/// Whether kernels saturate is found out by running one: processors have too many names for it, and an emulator shows
/// another processor's.
final class IntegerKernels {
    private static final System.Logger LOG = System.getLogger(IntegerKernels.class.getName());

    /// A graph with one node, `product = MatMulInteger(left, right)`, u8 [4, 64] times i8 [64, 32].
    private static final String GRAPH = "integer-product.onnx";

    private static final int ROWS = 4;
    private static final int DEPTH = 64;
    private static final int COLUMNS = 32;

    private IntegerKernels() {}

    /// Returns whether products of 8-bit matrices saturate on this processor.
    static boolean saturate() {
        return Holder.SATURATE;
    }

    private static final class Holder {
        static final boolean SATURATE = run();
    }

    private static boolean run() {
        OrtEnvironment environment = OnnxRuntime.environment();
        try (OrtSession.SessionOptions options = options();
                OrtSession session = environment.createSession(graph(), options);
                OnnxTensor left = tensor(environment, OnnxJavaType.UINT8, (byte) 255, ROWS, DEPTH);
                OnnxTensor right = tensor(environment, OnnxJavaType.INT8, (byte) 127, DEPTH, COLUMNS);
                OrtSession.Result result = session.run(Map.of("left", left, "right", right))) {
            int[][] product = (int[][]) result.get(0).getValue();
            boolean exact =
                    Arrays.stream(product).flatMapToInt(Arrays::stream).allMatch(sum -> sum == DEPTH * 255 * 127);
            LOG.log(System.Logger.Level.DEBUG, "8-bit products are {0}", exact ? "exact" : "saturated");
            return !exact;
        } catch (OrtException | IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Cannot find out whether 8-bit products saturate on this processor",
                    e);
            return false;
        }
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        return options;
    }

    private static byte[] graph() throws IOException {
        try (InputStream in = IntegerKernels.class.getResourceAsStream(GRAPH)) {
            if (in == null) {
                throw new IOException(
                        "Expected the resource " + GRAPH + " in the program, found none. Build the program again.");
            }
            return in.readAllBytes();
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, OnnxJavaType type, byte value, int rows, int columns)
            throws OrtException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(rows * columns);
        for (int i = 0; i < rows * columns; i++) {
            bytes.put(value);
        }
        return OnnxTensor.createTensor(environment, bytes.flip(), new long[] {rows, columns}, type);
    }
}
