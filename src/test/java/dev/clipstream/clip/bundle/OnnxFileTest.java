package dev.clipstream.clip.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileTest {
    private static final String LOCATION = "vision_model.onnx_data";

    @TempDir
    private Path folder;

    private Path root = Path.of("");
    private Path graph = Path.of("");

    @BeforeEach
    void write() throws IOException {
        root = RandomClip.write(folder.resolve("bundle"), Spec.TINY.external(true))
                .toRealPath();
        graph = root.resolve("onnx/vision_model.onnx");
    }

    @Test
    void theFilesOfExternalWeightsAreFound() throws Exception {
        assertThat(OnnxFile.read(root, graph).externalData())
                .containsExactly(root.resolve("onnx").resolve(LOCATION));
    }

    @Test
    void aGraphWithItsOwnWeightsHasNone() throws Exception {
        Path own = RandomClip.writeTiny(folder.resolve("own")).toRealPath();
        assertThat(OnnxFile.read(own, own.resolve("onnx/vision_model.onnx")).externalData())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("hidingPlaces")
    void weightsOutsideOfTheMainGraphAreFoundToo(String place, OnnxMl.ModelProto model) throws Exception {
        // given
        Files.write(graph, model.toByteArray());

        // when, then
        assertThat(OnnxFile.read(root, graph).externalData())
                .as(place)
                .containsExactly(root.resolve("onnx").resolve(LOCATION));
    }

    static Stream<Arguments> hidingPlaces() {
        OnnxMl.GraphProto inside =
                OnnxMl.GraphProto.newBuilder().addInitializer(external()).build();
        OnnxMl.AttributeProto branch =
                OnnxMl.AttributeProto.newBuilder().setG(inside).build();
        OnnxMl.NodeProto choice = OnnxMl.NodeProto.newBuilder()
                .setOpType("If")
                .addAttribute(branch)
                .build();
        OnnxMl.ModelProto.Builder nested = OnnxMl.ModelProto.newBuilder();
        nested.getGraphBuilder().addNode(choice);
        OnnxMl.ModelProto.Builder constant = OnnxMl.ModelProto.newBuilder();
        constant.getGraphBuilder().addNodeBuilder().addAttributeBuilder().setT(external());
        OnnxMl.ModelProto.Builder sparse = OnnxMl.ModelProto.newBuilder();
        sparse.getGraphBuilder().addSparseInitializerBuilder().setValues(external());
        OnnxMl.ModelProto.Builder function = OnnxMl.ModelProto.newBuilder();
        function.addFunctionsBuilder().addNode(choice);
        OnnxMl.ModelProto.Builder attribute = OnnxMl.ModelProto.newBuilder();
        attribute.addFunctionsBuilder().addAttributeProto(branch);
        OnnxMl.ModelProto.Builder training = OnnxMl.ModelProto.newBuilder();
        training.addTrainingInfoBuilder().setAlgorithm(inside);
        OnnxMl.ModelProto.Builder initialization = OnnxMl.ModelProto.newBuilder();
        initialization.addTrainingInfoBuilder().setInitialization(inside);
        return Stream.of(
                Arguments.of("a nested graph", nested.build()),
                Arguments.of("a constant", constant.build()),
                Arguments.of("a sparse tensor", sparse.build()),
                Arguments.of("a function", function.build()),
                Arguments.of("a function's attribute", attribute.build()),
                Arguments.of("training information", training.build()),
                Arguments.of("the initialization of a training", initialization.build()));
    }

    private static OnnxMl.TensorProto external() {
        OnnxMl.TensorProto.Builder tensor =
                OnnxMl.TensorProto.newBuilder().setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("offset").setValue("0");
        tensor.addExternalDataBuilder().setKey("location").setValue(LOCATION);
        return tensor.build();
    }

    @ParameterizedTest
    @CsvSource({
        "MatMulInteger, 4, INT8, true, true",
        "MatMulInteger, 3, INT8, true, false",
        "MatMulInteger, 3, UINT8, true, true",
        "DynamicQuantizeMatMul, 3, INT8, true, false",
        "ConvInteger, 4, INT8, true, true",
        "ConvInteger, 3, INT8, true, false",
        "ConvInteger, 3, UINT8, true, true",
        "DequantizeLinear, 3, INT8, true, true",
        "DequantizeLinear, 2, INT8, true, false",
        "DequantizeLinear, 2, UINT8, true, true",
        "DequantizeLinear, 2, INT4, false, true",
        "DequantizeLinear, 3, UINT4, false, true",
        "DequantizeLinear, 2, INT32, false, true",
        "MatMul, 2, FLOAT, false, true",
    })
    void signedEightBitWeightsWithoutAZeroPointAreNoticed(
            String operator, int inputs, DataType type, boolean eightBits, boolean zeroPoints) throws Exception {
        // given
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder();
        model.getGraphBuilder().addInitializerBuilder().setName("w").setDataType(type.getNumber());
        OnnxMl.NodeProto.Builder node = model.getGraphBuilder().addNodeBuilder().setOpType(operator);
        List<String> names = operator.equals("DequantizeLinear") ? List.of("w", "s", "z") : List.of("a", "w", "b", "z");
        node.addAllInput(names.subList(0, inputs));
        Files.write(graph, model.build().toByteArray());

        // when
        OnnxFile file = OnnxFile.read(root, graph);

        // then
        assertThat(file.eightBitWeights()).isEqualTo(eightBits);
        assertThat(file.zeroPoints()).isEqualTo(zeroPoints);
    }

    @Test
    void aDequantizedTensorOfUnknownTypeCountsAsEightBit() throws Exception {
        // given the output of another node
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder();
        model.getGraphBuilder().addInitializerBuilder().setName("s").setDataType(DataType.FLOAT.getNumber());
        model.getGraphBuilder()
                .addNodeBuilder()
                .setOpType("DequantizeLinear")
                .addInput("computed")
                .addInput("s");
        Files.write(graph, model.build().toByteArray());

        // when
        OnnxFile file = OnnxFile.read(root, graph);

        // then
        assertThat(file.eightBitWeights()).isTrue();
        assertThat(file.exactProducts()).isFalse();
    }

    @Test
    void messagesInManyLayersAreRefused() throws Exception {
        // given
        OnnxMl.GraphProto deep = OnnxMl.GraphProto.getDefaultInstance();
        for (int i = 0; i < 40; i++) {
            OnnxMl.GraphProto.Builder around = OnnxMl.GraphProto.newBuilder();
            around.addNodeBuilder().addAttributeBuilder().setG(deep);
            deep = around.build();
        }
        Files.write(graph, OnnxMl.ModelProto.newBuilder().setGraph(deep).build().toByteArray());

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("layers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../outside.bin.......", "/etc/passwd...........", "..//../../etc/passwd.."})
    void aLocationOutsideOfTheBundleIsRefused(String location) throws Exception {
        // given a location of the same length, so that the file stays whole
        String path = location.substring(0, LOCATION.length());
        relocate(path);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("inside of the bundle")
                .withMessageContaining(path);
    }

    @Test
    void aLinkOutOfTheBundleIsRefused() throws Exception {
        // given
        Path outside = Files.writeString(folder.resolve("outside"), "secret");
        Path data = graph.resolveSibling(LOCATION);
        Files.delete(data);
        Files.createSymbolicLink(data, outside);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("inside of the bundle");
    }

    @Test
    void externalWeightsThatAreCutOffAreRefused() throws Exception {
        // given
        Path data = graph.resolveSibling(LOCATION);
        byte[] whole = Files.readAllBytes(data);
        Files.write(data, Arrays.copyOf(whole, whole.length - 1));

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("at least " + whole.length + " bytes of weights in onnx/" + LOCATION)
                .withMessageContaining((whole.length - 1) + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"8, 40, , 48", "0, , 10, 40", ", , 10, 40", "16, , 10, 56"})
    void theSizeOfExternalWeightsComesFromTheirPlaceOrTheirShape(
            @Nullable String offset, @Nullable String length, @Nullable Long dimension, long bytes) throws Exception {
        // given a tensor of floats, and a file that is one byte too short
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder();
        OnnxMl.TensorProto.Builder tensor =
                model.getGraphBuilder().addInitializerBuilder().setDataType(DataType.FLOAT.getNumber());
        tensor.addExternalDataBuilder().setKey("location").setValue(LOCATION);
        if (offset != null) {
            tensor.addExternalDataBuilder().setKey("offset").setValue(offset);
        }
        if (length != null) {
            tensor.addExternalDataBuilder().setKey("length").setValue(length);
        }
        if (dimension != null) {
            tensor.addDims(dimension);
        }
        Files.write(graph, model.build().toByteArray());
        Path data = graph.resolveSibling(LOCATION);
        Files.write(data, new byte[(int) bytes - 1]);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("at least " + bytes + " bytes");
        Files.write(data, new byte[(int) bytes]);
        assertThat(OnnxFile.read(root, graph).externalData()).containsExactly(data);
    }

    @ParameterizedTest
    @CsvSource({"-1, 4", "x, 4", "9223372036854775807, 9"})
    void aPlaceThatNoFileHasIsRefused(String offset, String length) throws Exception {
        // given
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder();
        OnnxMl.TensorProto.Builder tensor = model.getGraphBuilder().addInitializerBuilder();
        tensor.addExternalDataBuilder().setKey("location").setValue(LOCATION);
        tensor.addExternalDataBuilder().setKey("offset").setValue(offset);
        tensor.addExternalDataBuilder().setKey("length").setValue(length);
        Files.write(graph, model.build().toByteArray());

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("whole ONNX file");
    }

    @Test
    void aFileWithoutAGraphIsRefused() throws Exception {
        // given a file that is cut between two fields
        Files.write(
                graph, OnnxMl.ModelProto.newBuilder().setIrVersion(8).build().toByteArray());

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("no graph");
    }

    @Test
    void customOperatorsAreRefusedByName() throws Exception {
        // given one in a branch of the graph
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder();
        OnnxMl.GraphProto.Builder branch = OnnxMl.GraphProto.newBuilder();
        branch.addNodeBuilder().setOpType("BertTokenizer").setDomain("ai.onnx.contrib");
        model.getGraphBuilder()
                .addNodeBuilder()
                .setOpType("If")
                .addAttributeBuilder()
                .setG(branch);
        model.getGraphBuilder().addNodeBuilder().setOpType("MatMulNBits").setDomain("com.microsoft");
        Files.write(graph, model.build().toByteArray());

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("custom operators [ai.onnx.contrib:BertTokenizer]");
    }

    @Test
    void functionsOfTheFileAreNoCustomOperators() throws Exception {
        // given an operator as PyTorch's exporter defines it
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder();
        model.getGraphBuilder().addNodeBuilder().setOpType("aten_gelu").setDomain("pkg.onnxscript.torch_lib");
        model.addFunctionsBuilder().setName("aten_gelu").setDomain("pkg.onnxscript.torch_lib");
        Files.write(graph, model.build().toByteArray());

        // when, then
        assertThat(OnnxFile.read(root, graph).externalData()).isEmpty();
    }

    @Test
    void truncatedAndDamagedFilesAreRefusedOrRead() throws Exception {
        // given
        byte[] whole = Files.readAllBytes(graph);
        Random random = new Random(3);

        // when, then
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] damaged = i % 2 == 0 ? Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1)) : whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(graph, damaged);
            try {
                OnnxFile.read(root, graph);
            } catch (ModelException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(140);
    }

    @Test
    void theLinksOfASnapshotLeadIntoItsRepositoryAndNowhereElse() throws Exception {
        // given a snapshot of a hub's cache, whose files are links to blobs
        Path repository = folder.resolve("hub/models--acme--clip");
        Path snapshot = repository.resolve("snapshots/" + "0".repeat(40));
        Path blob = Files.createDirectories(repository.resolve("blobs")).resolve("1".repeat(64));
        Files.createDirectories(snapshot);
        Files.copy(graph, snapshot.resolve("model.onnx"));
        Files.copy(graph.resolveSibling(LOCATION), blob);
        Path data = Files.createSymbolicLink(
                snapshot.resolve(LOCATION), Path.of("../../blobs").resolve(blob.getFileName()));
        Path real = snapshot.toRealPath();

        // when, then
        assertThat(OnnxFile.read(real, real.resolve("model.onnx")).externalData())
                .containsExactly(real.resolve(LOCATION));

        // and a link to another repository is refused, as is one of a folder that is no snapshot
        Path other = Files.copy(
                blob,
                Files.createDirectories(folder.resolve("hub/models--acme--other/blobs"))
                        .resolve("2".repeat(64)));
        Files.delete(data);
        Files.createSymbolicLink(data, other);
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(real, real.resolve("model.onnx")))
                .withMessageContaining("inside of the bundle");
        Files.delete(graph.resolveSibling(LOCATION));
        Files.createSymbolicLink(graph.resolveSibling(LOCATION), other);
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxFile.read(root, graph))
                .withMessageContaining("inside of the bundle");
    }

    private void relocate(String location) throws IOException {
        byte[] bytes = Files.readAllBytes(graph);
        byte[] from = LOCATION.getBytes(StandardCharsets.UTF_8);
        byte[] to = location.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i + from.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, bytes, i, to.length);
            }
        }
        Files.write(graph, bytes);
    }
}
