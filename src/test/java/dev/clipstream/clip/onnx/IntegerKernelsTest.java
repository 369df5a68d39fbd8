package dev.clipstream.clip.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import dev.clipstream.RandomGraph;
import dev.clipstream.clip.ModelOptions;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntegerKernelsTest {
    private static final int ROWS = 5;
    private static final int DEPTH = 48;
    private static final int COLUMNS = 24;

    @TempDir
    private Path folder;

    private final byte[] left = new byte[ROWS * DEPTH];
    private final byte[] right = new byte[DEPTH * COLUMNS];

    @Test
    void theProbeIsOneProductOfUnsignedAndSignedMatrices() throws Exception {
        // given
        OnnxMl.GraphProto graph;
        try (InputStream in = IntegerKernels.class.getResourceAsStream("integer-product.onnx")) {
            graph = OnnxMl.ModelProto.parseFrom(in).getGraph();
        }

        // then
        assertThat(graph.getNodeList()).extracting(OnnxMl.NodeProto::getOpType).containsExactly("MatMulInteger");
        assertThat(graph.getInputList())
                .extracting(input -> input.getType().getTensorType().getElemType())
                .containsExactly(DataType.UINT8.getNumber(), DataType.INT8.getNumber());
    }

    @Test
    void exactProductsAreExactOnEveryProcessor() throws Exception {
        // given weights over the whole range, whose products saturate in 16 bits
        fill();
        GraphFile graph = new GraphFile(write(), "product.onnx", true, Set.of(), false);

        // when, then
        assertThat(run(graph)).isDeepEqualTo(products());
    }

    @Test
    void defaultKernelsAreExactUnlessTheProbeSaysThatTheySaturate() throws Exception {
        // given
        fill();
        GraphFile graph = new GraphFile(write(), "product.onnx", false, Set.of(), false);

        // when
        boolean exact = Arrays.deepEquals(run(graph), products());

        // then
        assertThat(exact).isEqualTo(!IntegerKernels.saturate());
    }

    private void fill() {
        Random random = new Random(11);
        for (int i = 0; i < left.length; i++) {
            left[i] = (byte) random.nextInt(200, 256);
        }
        for (int i = 0; i < right.length; i++) {
            right[i] = (byte) (i % COLUMNS % 2 == 0 ? random.nextInt(100, 128) : random.nextInt(-128, 128));
        }
    }

    private Path write() throws Exception {
        RandomGraph graph = new RandomGraph("product", 1, RandomGraph.Weights.FP32);
        String input = graph.input("left", DataType.UINT8, "rows", DEPTH);
        String weights = graph.bytes(DataType.INT8, right, DEPTH, COLUMNS);
        String inputZero = graph.bytes(DataType.UINT8, new byte[1]);
        String weightsZero = graph.bytes(DataType.INT8, new byte[1]);
        graph.output(
                "product",
                graph.node("MatMulInteger", input, weights, inputZero, weightsZero),
                DataType.INT32,
                "rows",
                COLUMNS);
        Path file = folder.resolve("product.onnx");
        graph.write(file);
        return file;
    }

    private int[][] run(GraphFile graph) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocateDirect(left.length).put(left).flip();
        try (Sessions sessions = new Sessions(ModelOptions.DEFAULT.withDevices("cpu"));
                OnnxTensor input = OnnxTensor.createTensor(
                        OnnxRuntime.environment(), bytes, new long[] {ROWS, DEPTH}, OnnxJavaType.UINT8);
                OrtSession.Result result = sessions.on(graph, Device.CPU, 1).run(Map.of("left", input))) {
            return (int[][]) result.get(0).getValue();
        }
    }

    private int[][] products() {
        int[][] products = new int[ROWS][COLUMNS];
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                for (int i = 0; i < DEPTH; i++) {
                    products[row][column] += (left[row * DEPTH + i] & 0xff) * right[i * COLUMNS + column];
                }
            }
        }
        return products;
    }
}
