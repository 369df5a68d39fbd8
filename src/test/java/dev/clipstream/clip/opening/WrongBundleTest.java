package dev.clipstream.clip.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Bundles as exporters write them, each damaged in one way that a user's hands or a broken export can damage it.
class WrongBundleTest {
    private static final Path EXPORTS = Path.of("src/test/resources/models/exports");
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withDevices("cpu");

    @TempDir
    private Path folder;

    /// Damages a good bundle.
    @FunctionalInterface
    interface Damage {
        void to(Path bundle) throws IOException;
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                refused(
                        "swapped towers",
                        "hf-siglip2",
                        b -> swap(b.resolve("onnx/vision_model.onnx"), b.resolve("onnx/text_model.onnx")),
                        "pixels with 4 dimensions in onnx/vision_model.onnx"),
                refused(
                        "swapped towers of immich",
                        "immich-siglip",
                        b -> swap(b.resolve("visual/model.onnx"), b.resolve("textual/model.onnx")),
                        "pixels with 4 dimensions in visual/model.onnx"),
                refused(
                        "NaN weights of the image tower",
                        "immich-openai",
                        b -> fill(b.resolve("visual/model.onnx"), Float.NaN),
                        "a vector for each of 1 images"),
                refused(
                        "infinite weights of the text tower",
                        "immich-openai",
                        b -> fill(b.resolve("textual/model.onnx"), Float.POSITIVE_INFINITY),
                        "a vector for each of 1 texts"),
                refused(
                        "an image tower that sees nothing",
                        "immich-openai",
                        b -> fill(b.resolve("visual/model.onnx"), 0, "conv1"),
                        "different vectors of different images"),
                refused(
                        "a text tower that reads nothing",
                        "hf-siglip2",
                        b -> fill(b.resolve("onnx/text_model.onnx"), 0, "token_embedding"),
                        "different vectors of different texts"),
                refused(
                        "SigLIP padded with 0, as all files say",
                        "immich-siglip",
                        b -> {
                            replace(
                                    b,
                                    "textual/tokenizer_config.json",
                                    "\"pad_token\": \"</s>\"",
                                    "\"pad_token\": \"<pad>\"");
                            replace(b, "textual/tokenizer.json", "\"pad_id\": 1", "\"pad_id\": 0");
                            Files.delete(b.resolve("textual/special_tokens_map.json"));
                        },
                        "the padding token 1",
                        "0 in textual/tokenizer_config.json"),
                refused(
                        "SigLIP 2 padded with its end token",
                        "hf-siglip2",
                        b -> {
                            replace(b, "tokenizer_config.json", "\"pad_token\": \"<pad>\"", "\"pad_token\": \"<eos>\"");
                            replace(b, "tokenizer.json", "\"pad_id\": 0", "\"pad_id\": 1");
                            Files.delete(b.resolve("special_tokens_map.json"));
                        },
                        "the padding token 0",
                        "1 in tokenizer_config.json"),
                refused(
                        "a SigLIP with the preprocessing of a CLIP",
                        "hf-siglip2",
                        b -> copy(EXPORTS.resolve("hf-metaclip2"), b, "preprocessor_config.json"),
                        "preprocessing of the family SIGLIP in preprocessor_config.json (squash, mean 0.5",
                        "found crop, mean 0.48145"),
                refused(
                        "a Chinese-CLIP with the preprocessing of a SigLIP",
                        "hf-chinese-clip",
                        b -> copy(EXPORTS.resolve("hf-siglip2"), b, "preprocessor_config.json"),
                        "preprocessing of the family CHINESE_CLIP",
                        "mean 0.5 0.5 0.5"),
                refused(
                        "a CLIP with the preprocessing of a SigLIP",
                        "hf-metaclip2",
                        b -> copy(EXPORTS.resolve("hf-siglip2"), b, "preprocessor_config.json"),
                        "preprocessing of a MetaClip2Model (config.json)",
                        "image_processor_type SiglipImageProcessor"),
                refused(
                        "a NaFlex model",
                        "immich-openai",
                        b -> rewrite(
                                b.resolve("visual/model.onnx"),
                                model -> model.getGraphBuilder()
                                        .addInputBuilder()
                                        .setName("spatial_shapes")
                                        .getTypeBuilder()
                                        .getTensorTypeBuilder()
                                        .setElemType(OnnxMl.TensorProto.DataType.INT64.getNumber())
                                        .getShapeBuilder()
                                        .addDimBuilder()
                                        .setDimValue(2)),
                        "images of one size in visual/model.onnx",
                        "NaFlex"),
                refused(
                        "the preprocessing of another size",
                        "immich-openai",
                        b -> replace(b, "visual/preprocess_cfg.json", "224", "336"),
                        "224 x 224",
                        "336 x 336"),
                refused(
                        "a tokenizer with more tokens than the graph",
                        "immich-openai",
                        b -> replace(b, "textual/tokenizer.json", "\"but</w>\": 767", "\"but</w>\": 1767"),
                        "embedding table of textual/model.onnx"),
                refused(
                        "towers of two models",
                        "immich-openai",
                        b -> copy(
                                Path.of("src/test/resources/models/random-tiny"),
                                b,
                                "onnx/vision_model.onnx",
                                "visual/model.onnx"),
                        "64 of the image tower and 16 of the text tower"),
                refused(
                        "half of a text graph",
                        "hf-metaclip2",
                        b -> truncate(b.resolve("model.onnx")),
                        "whole ONNX file in model.onnx"),
                refused(
                        "weights of training outside of the bundle",
                        "immich-openai",
                        b -> rewrite(b.resolve("visual/model.onnx"), model -> {
                            OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder();
                            tensor.addExternalDataBuilder().setKey("location").setValue("/etc/hostname");
                            model.addTrainingInfoBuilder()
                                    .getInitializationBuilder()
                                    .addInitializer(tensor);
                        }),
                        "inside of the bundle",
                        "/etc/hostname"),
                refused(
                        "a custom operator",
                        "immich-openai",
                        b -> rewrite(
                                b.resolve("visual/model.onnx"),
                                model -> model.getGraphBuilder()
                                        .getNodeBuilder(0)
                                        .setDomain("com.example")),
                        "custom operators [com.example:"));
    }

    private static Arguments refused(String name, String bundle, Damage damage, String... named) {
        return Arguments.of(name, bundle, damage, named);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void aDamagedExportIsRefusedWithTheReason(String name, String bundle, Damage damage, String... named)
            throws Exception {
        // given
        Path copy = copied(bundle);
        damage.to(copy);

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .as(name)
                .isThrownBy(() -> ModelOpening.open(copy, OPTIONS))
                .satisfies(refusal -> assertThat(refusal.getMessage())
                        .contains(named)
                        .startsWith("Expected ")
                        .contains("; found ", ". To do: "));
    }

    @Test
    void anUnusualPreprocessingIsServedWhereASelfTestProvesIt() throws Exception {
        // given a black image, which both means and deviations turn into -1
        Path bundle = copied("hf-siglip2");
        Path image = bundle.resolve("image.png");
        ImageIO.write(new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        float[] vector;
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            RgbImage input = new ImagePreprocessor(model.preprocessing(), DecodeMode.EXACT, ImageLimits.DEFAULT)
                    .prepare(Files.readAllBytes(image))
                    .modelInput();
            vector = model.imageSessions()
                    .getFirst()
                    .run(List.of(input))
                    .getFirst()
                    .toArray();
        }
        replace(bundle, "preprocessor_config.json", "0.5", "0.4");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelOpening.open(bundle, OPTIONS))
                .withMessageContaining("self_test of clipstream.json");

        // when
        Files.writeString(
                bundle.resolve("clipstream.json"),
                "{\"logit_scale\":112,\"logit_bias\":-16,\"self_test\":{\"images\":[{\"file\":\"image.png\",\"vector\":"
                        + Arrays.toString(vector) + "}]}}");

        // then
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            assertThat(model.preprocessing().mean().red()).isEqualTo(0.4f);
        }
    }

    @Test
    void aModelOfNoKnownFamilyEmbedsButDoesNotTagWithoutItsScale() throws Exception {
        // given a tokenizer that speaks for itself, and no word of the family
        Path bundle = copied("jina-clip-v2");
        Files.writeString(bundle.resolve("config.json"), "{\"model_type\":\"another\"}");

        // when, then
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            assertThat(model.textEncoder().encode(List.of("a cat"))).hasSize(1);
            assertThatExceptionOfType(ModelException.class)
                    .isThrownBy(model::requireScoring)
                    .withMessageContaining("learned scale")
                    .withMessageContaining("clipstream.json");
        }

        // and with a scale it tags
        Files.writeString(bundle.resolve("clipstream.json"), "{\"logit_scale\":50}");
        try (ClipModel model = ModelOpening.open(bundle, OPTIONS)) {
            assertThat(model.requireScoring().scale()).isEqualTo(50);
        }
    }

    private Path copied(String bundle) throws IOException {
        Path from = EXPORTS.resolve(bundle);
        Path to = folder.resolve(bundle);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    private static void swap(Path one, Path other) throws IOException {
        Path aside = one.resolveSibling("aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
    }

    private static void copy(Path from, Path to, String file) throws IOException {
        copy(from, to, file, file);
    }

    private static void copy(Path from, Path to, String file, String as) throws IOException {
        Files.copy(from.resolve(file), to.resolve(as), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void replace(Path bundle, String file, String from, String to) throws IOException {
        String content = Files.readString(bundle.resolve(file));
        assertThat(content).contains(from);
        Files.writeString(bundle.resolve(file), content.replace(from, to));
    }

    private static void truncate(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    }

    private static void rewrite(Path file, Consumer<OnnxMl.ModelProto.Builder> change) throws IOException {
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        change.accept(model);
        Files.write(file, model.build().toByteArray());
    }

    /// Sets all values of the largest tensor of floats.
    private static void fill(Path file, float value) throws IOException {
        rewrite(
                file,
                model -> set(
                        model.getGraphBuilder().getInitializerBuilderList().stream()
                                .filter(tensor -> tensor.getDataType() == OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                                .max(Comparator.comparingInt(
                                        tensor -> tensor.getRawData().size()))
                                .orElseThrow(),
                        value));
    }

    /// Sets all values of the tensors whose names contain a part.
    private static void fill(Path file, float value, String part) throws IOException {
        rewrite(file, model -> {
            for (OnnxMl.TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
                if (tensor.getName().contains(part)) {
                    set(tensor, value);
                }
            }
        });
    }

    private static void set(OnnxMl.TensorProto.Builder tensor, float value) {
        byte[] values = new byte[tensor.getRawData().size()];
        ByteBuffer floats = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            floats.putFloat(value);
        }
        tensor.setRawData(ByteString.copyFrom(values));
    }
}
