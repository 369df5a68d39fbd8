package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.RandomGraph.Weights;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.bundle.LearnedScale;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.onnx.OnnxTowers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class QuantizationCheckTest {
    @TempDir
    private Path folder;

    @Test
    void eightBitWeightsAreComparedWithDefaultKernelsAndWithFp32() throws Exception {
        // given
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        RandomClip.write(folder, Spec.TINY);

        // when
        QuantizationCheck check = measure("int8").orElseThrow();

        // then default kernels saturate on some processors
        assertThat(check.leastCosineToDefaultKernels().orElseThrow()).isBetween(0.9, 1.0);
        assertThat(check.leastCosineToFp32().orElseThrow()).isBetween(0.99, 1.0);
    }

    @Test
    void withoutFp32WeightsThereIsNothingToCompareWith() throws Exception {
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));

        assertThat(measure("int8").orElseThrow().leastCosineToFp32()).isEmpty();
    }

    @Test
    void theModelsToCompareWithHaveTheScaleThatWasPulled() throws Exception {
        // given a bundle whose scale only its pull knows
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        RandomClip.write(folder, Spec.TINY);
        Files.delete(folder.resolve("clipstream.json"));
        LocalBundle bundle = new LocalBundle(
                folder,
                Optional.of("acme/tiny"),
                Optional.empty(),
                Optional.of(new LearnedScale(50, Optional.empty(), "model.safetensors")));
        Logger logger = (Logger) LoggerFactory.getLogger(ClipModel.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);

        // when
        try (ClipModel model = ModelOpening.open(bundle, options("int8"))) {
            assertThat(QuantizationCheck.measure(model, bundle, options("int8")))
                    .isPresent();
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(before);
        }

        // then
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .isNotEmpty()
                .noneMatch(line -> line.contains("logit_scale"));
    }

    @Test
    void otherWeightsAreNotMeasured() throws Exception {
        RandomClip.write(folder, Spec.TINY);

        assertThat(measure("fp32")).isEmpty();
    }

    @Test
    void theSelfTestIsNotRunOnTheModelsToCompareWith() throws Exception {
        // given a self-test that only the opened model could pass
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        RandomClip.write(folder, Spec.TINY);
        ModelOptions options = options("int8");
        try (ClipModel model = ModelOpening.open(folder, options)) {
            float[] vector =
                    model.textEncoder().encode(List.of("a cat")).getFirst().toArray();
            for (int i = 0; i < vector.length; i++) {
                vector[i] = -vector[i];
            }
            Files.writeString(
                    folder.resolve("clipstream.json"),
                    "{\"self_test\":{\"texts\":[{\"text\":\"a cat\",\"vector\":" + Arrays.toString(vector) + "}]}}");
            assertThatExceptionOfType(ModelException.class)
                    .isThrownBy(() -> ModelOpening.open(folder, options))
                    .withMessageContaining("self-test");

            // when
            QuantizationCheck check = QuantizationCheck.measure(model, LocalBundle.of(folder), options)
                    .orElseThrow();

            // then
            assertThat(check.leastCosineToDefaultKernels()).isPresent();
            assertThat(check.leastCosineToFp32()).isPresent();
        }
    }

    @Test
    void aModelToCompareWithMayDependOnItsBatch() throws Exception {
        // given fp32 weights that give an image the same vector alone, but another one behind a neighbour
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        RandomClip.write(folder, Spec.TINY);
        addFirstImageToAll("vision_model.onnx");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelOpening.open(folder, options("fp32")))
                .withMessageContaining("alone and in a batch");

        // when
        QuantizationCheck check = measure("int8").orElseThrow();

        // then
        assertThat(check.leastCosineToFp32().orElseThrow()).isBetween(0.99, 1.0);
    }

    @Test
    void withoutZeroPointsOnlyFp32WeightsAreComparedWith() throws Exception {
        // given
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        RandomClip.write(folder, Spec.TINY);
        removeZeroPoints("vision_model_int8.onnx");
        removeZeroPoints("text_model_int8.onnx");

        // when
        QuantizationCheck check = measure("int8").orElseThrow();

        // then
        assertThat(check.leastCosineToDefaultKernels()).isEmpty();
        assertThat(check.leastCosineToFp32().orElseThrow()).isBetween(0.9, 1.0);
    }

    @Test
    void oneGraphWithZeroPointsIsComparedWithDefaultKernels() throws Exception {
        // given
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        removeZeroPoints("vision_model_int8.onnx");

        // when, then
        assertThat(measure("int8").orElseThrow().leastCosineToDefaultKernels()).isPresent();
    }

    @Test
    void theWarningOfSaturationNamesWhatTheCheckNeeds() throws Exception {
        // given
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        removeZeroPoints("vision_model_int8.onnx");

        // when
        List<String> warnings;
        try (ClipModel model = ModelOpening.open(folder, options("int8"))) {
            warnings = model.describe().warnings();
        }

        // then only processors that saturate give it
        assertThat(warnings.stream()
                        .anyMatch(warning -> warning.contains(
                                "(clipstream model check measures it if the folder has fp32 weights too)")))
                .isEqualTo(OnnxTowers.integerProductsSaturate());
    }

    /// Adds the vector of a batch's first image to those of all its images.
    private void addFirstImageToAll(String name) throws IOException {
        Path file = folder.resolve("onnx").resolve(name);
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        OnnxMl.GraphProto.Builder graph = model.getGraphBuilder();
        String output = graph.getOutput(0).getName();
        for (OnnxMl.NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int i = 0; i < node.getOutputCount(); i++) {
                if (node.getOutput(i).equals(output)) {
                    node.setOutput(i, "own");
                }
            }
        }
        graph.addInitializerBuilder()
                .setName("first")
                .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
                .addDims(1)
                .addInt64Data(0);
        graph.addNodeBuilder()
                .setOpType("Gather")
                .addInput("own")
                .addInput("first")
                .addOutput("ofFirst");
        graph.addNodeBuilder()
                .setOpType("Add")
                .addInput("own")
                .addInput("ofFirst")
                .addOutput(output);
        Files.write(file, model.build().toByteArray());
    }

    private void removeZeroPoints(String name) throws IOException {
        Path file = folder.resolve("onnx").resolve(name);
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        for (OnnxMl.NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
            if (node.getOpType().equals("MatMulInteger")) {
                List<String> inputs = List.copyOf(node.getInputList().subList(0, 3));
                node.clearInput().addAllInput(inputs);
            }
        }
        Files.write(file, model.build().toByteArray());
    }

    private static ModelOptions options(String weights) {
        return ModelOptions.DEFAULT.withDevices("cpu").withWeights(weights);
    }

    private Optional<QuantizationCheck> measure(String weights) throws ModelException {
        ModelOptions options = options(weights);
        try (ClipModel model = ModelOpening.open(folder, options)) {
            return QuantizationCheck.measure(model, LocalBundle.of(folder), options);
        }
    }
}
