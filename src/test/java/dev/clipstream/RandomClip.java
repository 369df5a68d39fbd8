package dev.clipstream;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes model bundles with random weights: correct in form, with meaningless tags.
///
/// For tests ([#writeTiny(Path)]), benchmarks (`vit-b-32` costs what OpenAI's costs, 8.82 GFLOP a
/// image) and `src/test/resources/models/random-tiny`. The same spec gives the same bytes.
///
/// From the command line: `RandomClip SIZE DIR [OPTION]...`, see [#main(String\[\])].
public final class RandomClip {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private RandomClip() {}

    /// The published family that the bundle resembles.
    public enum Family {
        /// Byte pairs, pooled at the first end token, softmax.
        OPENAI,
        /// Word pieces with an attention mask, pooled at `[CLS]`, squashed images.
        CHINESE,
        /// Unigrams padded to the full length, pooled at the last token, sigmoid, `pooler_output`.
        SIGLIP
    }

    /// Which files hold the graphs.
    public enum Layout {
        /// `onnx/vision_model.onnx` and `onnx/text_model.onnx`.
        SPLIT,
        /// `onnx/model.onnx` with both towers and the logits.
        COMBINED,
        /// `visual/model.onnx` and `textual/model.onnx`, 32-bit ids, normalized `embedding`.
        IMMICH,
        /// `visual.onnx` and `textual.onnx`, no config.
        FLAT
    }

    /// The form of the pixels.
    public enum Pixels {
        /// 32-bit floats, NCHW, normalized.
        F32,
        /// 16-bit floats, NCHW, normalized.
        F16,
        /// Bytes, NHWC, normalized in the graph.
        U8
    }

    /// The size of the towers.
    ///
    /// @param image     side of the square input in pixels, a multiple of `patch`
    /// @param tokens    ids that the text tower knows; 0 for as many as the tokenizer has
    /// @param dimension length of the vectors
    public record Size(
            int image,
            int patch,
            int visionWidth,
            int visionLayers,
            int visionHeads,
            int textWidth,
            int textLayers,
            int textHeads,
            int tokens,
            int dimension) {

        /// Returns this size with another length of vectors.
        public Size dimension(int other) {
            return new Size(
                    image,
                    patch,
                    visionWidth,
                    visionLayers,
                    visionHeads,
                    textWidth,
                    textLayers,
                    textHeads,
                    tokens,
                    other);
        }
    }

    /// @param batch    fixed batch of both towers; 0 if it is dynamic
    /// @param external whether weights are in a file next to the graph
    public record Spec(
            Family family,
            Layout layout,
            RandomGraph.Weights weights,
            Pixels pixels,
            Size size,
            int batch,
            boolean external,
            long seed) {

        /// 32 x 32 pixels, 32 dimensions, under 400 kB.
        public static final Spec TINY = of(new Size(32, 8, 32, 2, 4, 32, 2, 4, 0, 32));

        /// 224 x 224 pixels, 64 dimensions, about 1.3 MB: `src/test/resources/models/random-tiny`.
        public static final Spec DEMO = of(new Size(224, 32, 48, 2, 4, 32, 2, 4, 0, 64));

        /// OpenAI's ViT-B/32 in size: 151 million weights, 8.82 GFLOP a image.
        public static final Spec VIT_B_32 = of(new Size(224, 32, 768, 12, 12, 512, 12, 8, 49408, 512));

        private static Spec of(Size size) {
            return new Spec(Family.OPENAI, Layout.SPLIT, RandomGraph.Weights.FP32, Pixels.F32, size, 0, false, 7);
        }

        /// Returns this spec with another family.
        public Spec family(Family other) {
            return new Spec(other, layout, weights, pixels, size, batch, external, seed);
        }

        /// Returns this spec with another layout.
        public Spec layout(Layout other) {
            return new Spec(family, other, weights, pixels, size, batch, external, seed);
        }

        /// Returns this spec with other weights, in files named after them.
        public Spec weights(RandomGraph.Weights other) {
            return new Spec(family, layout, other, pixels, size, batch, external, seed);
        }

        /// Returns this spec with other pixels.
        public Spec pixels(Pixels other) {
            return new Spec(family, layout, weights, other, size, batch, external, seed);
        }

        /// Returns this spec with another size.
        public Spec size(Size other) {
            return new Spec(family, layout, weights, pixels, other, batch, external, seed);
        }

        /// Returns this spec with a fixed batch; 0 for a dynamic one.
        public Spec batch(int other) {
            return new Spec(family, layout, weights, pixels, size, other, external, seed);
        }

        /// Returns this spec with weights next to the graph or in it.
        public Spec external(boolean other) {
            return new Spec(family, layout, weights, pixels, size, batch, other, seed);
        }

        /// Returns this spec with other random weights.
        public Spec seed(long other) {
            return new Spec(family, layout, weights, pixels, size, batch, external, other);
        }

        /// Returns the most token ids of a text.
        public int context() {
            return switch (family) {
                case OPENAI -> 77;
                case CHINESE -> 52;
                case SIGLIP -> 64;
            };
        }

        String suffix() {
            return switch (weights) {
                case FP32 -> "";
                case FP16 -> "_fp16";
                case INT8 -> "_int8";
            };
        }

        /// Returns whether the towers pool as SigLIP's do.
        public boolean siglip() {
            return family == Family.SIGLIP;
        }

        SmallTokenizer tokenizer() {
            return switch (family) {
                case OPENAI -> SmallTokenizer.bytePairs();
                case CHINESE -> SmallTokenizer.wordPieces();
                case SIGLIP -> SmallTokenizer.unigrams();
            };
        }

        int vocabulary() {
            return Math.max(size.tokens(), tokenizer().vocabulary());
        }

        int endToken() {
            return tokenizer().endToken();
        }

        Object batchDim(String name) {
            return batch == 0 ? name : (Object) batch;
        }
    }

    /// Writes [Spec#TINY] into a folder, which is created if missing.
    ///
    /// @return the folder
    public static Path writeTiny(Path folder) {
        return write(folder, Spec.TINY);
    }

    /// Writes a bundle into a folder, which is created if missing; files of another spec stay.
    ///
    /// @return the folder
    public static Path write(Path folder, Spec spec) {
        try {
            Files.createDirectories(folder);
            switch (spec.layout()) {
                case SPLIT -> {
                    writeVision(folder.resolve("onnx/vision_model" + spec.suffix() + ".onnx"), spec);
                    writeText(folder.resolve("onnx/text_model" + spec.suffix() + ".onnx"), spec);
                    writeSideFiles(folder, spec);
                }
                case COMBINED -> {
                    writeCombined(folder.resolve("onnx/model" + spec.suffix() + ".onnx"), spec);
                    writeSideFiles(folder, spec);
                }
                case IMMICH -> {
                    writeVision(folder.resolve("visual/model.onnx"), spec);
                    writeText(folder.resolve("textual/model.onnx"), spec);
                    json(folder.resolve("visual/preprocess_cfg.json"), openClipPreprocessing(spec));
                    json(folder.resolve("config.json"), openClipConfig(spec));
                    Files.writeString(
                            folder.resolve("textual/tokenizer.json"),
                            spec.tokenizer().json());
                }
                case FLAT -> {
                    writeVision(folder.resolve("visual.onnx"), spec);
                    writeText(folder.resolve("textual.onnx"), spec);
                    Files.writeString(
                            folder.resolve("tokenizer.json"), spec.tokenizer().json());
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a random model into " + folder, e);
        }
    }

    private static void writeVision(Path file, Spec spec) throws IOException {
        RandomGraph graph = new RandomGraph("vision", spec.seed(), spec.weights());
        String output = new RandomTowers(graph, spec).vision(pixels(graph, spec));
        boolean immich = spec.layout() == Layout.IMMICH;
        graph.output(
                immich ? "embedding" : spec.siglip() ? "pooler_output" : "image_embeds",
                immich ? unit(graph, output) : output,
                DataType.FLOAT,
                spec.batchDim("batch_size"),
                spec.size().dimension());
        save(graph, file, spec);
    }

    private static void writeText(Path file, Spec spec) throws IOException {
        RandomGraph graph = new RandomGraph("text", spec.seed() + 1, spec.weights());
        boolean immich = spec.layout() == Layout.IMMICH;
        String ids = immich
                ? graph.cast(graph.input("text", DataType.INT32, spec.batchDim("batch_size"), 77), DataType.INT64)
                : graph.input("input_ids", DataType.INT64, spec.batchDim("batch_size"), "sequence_length");
        String output = new RandomTowers(graph, spec).text(ids, mask(graph, spec));
        graph.output(
                immich ? "embedding" : spec.siglip() ? "pooler_output" : "text_embeds",
                immich ? unit(graph, output) : output,
                DataType.FLOAT,
                spec.batchDim("batch_size"),
                spec.size().dimension());
        save(graph, file, spec);
    }

    private static void writeCombined(Path file, Spec spec) throws IOException {
        RandomGraph graph = new RandomGraph("clip", spec.seed(), spec.weights());
        RandomTowers towers = new RandomTowers(graph, spec);
        String ids = graph.input("input_ids", DataType.INT64, spec.batchDim("text_batch_size"), "sequence_length");
        String image = unit(graph, towers.vision(pixels(graph, spec)));
        graph.reseed(spec.seed() + 1);
        String text = unit(graph, towers.text(ids, mask(graph, spec)));
        String turned = graph.node("Transpose", RandomGraph.attributes(RandomGraph.attribute("perm", 1L, 0L)), text);
        String logits = graph.node("Mul", graph.node("MatMul", image, turned), graph.scalar(100));
        String logitsTurned =
                graph.node("Transpose", RandomGraph.attributes(RandomGraph.attribute("perm", 1L, 0L)), logits);
        graph.output("logits_per_image", logits, DataType.FLOAT, "image_batch_size", "text_batch_size");
        graph.output("logits_per_text", logitsTurned, DataType.FLOAT, "text_batch_size", "image_batch_size");
        graph.output(
                "text_embeds",
                text,
                DataType.FLOAT,
                spec.batchDim("text_batch_size"),
                spec.size().dimension());
        graph.output(
                "image_embeds",
                image,
                DataType.FLOAT,
                spec.batchDim("image_batch_size"),
                spec.size().dimension());
        save(graph, file, spec);
    }

    private static void save(RandomGraph graph, Path file, Spec spec) throws IOException {
        if (spec.external()) {
            graph.writeWithExternalData(file);
        } else {
            graph.write(file);
        }
    }

    private static String mask(RandomGraph graph, Spec spec) {
        return spec.family() == Family.CHINESE
                ? graph.input("attention_mask", DataType.INT64, spec.batchDim("batch_size"), "sequence_length")
                : "";
    }

    private static String pixels(RandomGraph graph, Spec spec) {
        String name = spec.layout() == Layout.IMMICH ? "image" : "pixel_values";
        Object batch = spec.batchDim("batch_size");
        int side = spec.size().image();
        return switch (spec.pixels()) {
            case F32 -> graph.input(name, DataType.FLOAT, batch, 3, side, side);
            case F16 -> graph.cast(graph.input(name, DataType.FLOAT16, batch, 3, side, side), DataType.FLOAT);
            case U8 -> {
                String bytes = graph.cast(graph.input(name, DataType.UINT8, batch, side, side, 3), DataType.FLOAT);
                String unit = graph.node("Div", bytes, graph.scalar(255));
                String centred = graph.node("Sub", unit, graph.floats(floats(mean(spec)), 3));
                String scaled = graph.node("Div", centred, graph.floats(floats(std(spec)), 3));
                yield graph.node(
                        "Transpose", RandomGraph.attributes(RandomGraph.attribute("perm", 0L, 3L, 1L, 2L)), scaled);
            }
        };
    }

    private static String unit(RandomGraph graph, String vectors) {
        String length = graph.node(
                "ReduceL2",
                RandomGraph.attributes(
                        RandomGraph.attribute("axes", new long[] {1}), RandomGraph.attribute("keepdims", 1)),
                vectors);
        return graph.node("Div", vectors, length);
    }

    private static void writeSideFiles(Path folder, Spec spec) throws IOException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put(
                "model_type",
                switch (spec.family()) {
                    case OPENAI -> "clip";
                    case CHINESE -> "chinese_clip";
                    case SIGLIP -> "siglip";
                });
        config.put("projection_dim", spec.size().dimension());
        config.put("logit_scale_init_value", 2.6592);
        config.put(
                "vision_config",
                Map.of(
                        "image_size",
                        spec.size().image(),
                        "patch_size",
                        spec.size().patch()));
        config.put("text_config", Map.of("max_position_embeddings", spec.context()));
        json(folder.resolve("config.json"), config);

        int side = spec.size().image();
        boolean crop = spec.family() == Family.OPENAI;
        Map<String, Object> preprocessing = new LinkedHashMap<>();
        preprocessing.put(
                "image_processor_type",
                switch (spec.family()) {
                    case OPENAI -> "CLIPImageProcessor";
                    case CHINESE -> "ChineseCLIPImageProcessor";
                    case SIGLIP -> "SiglipImageProcessor";
                });
        preprocessing.put("do_resize", true);
        preprocessing.put("size", crop ? Map.of("shortest_edge", side) : squashed(side));
        preprocessing.put("do_center_crop", crop);
        if (crop) {
            preprocessing.put("crop_size", squashed(side));
        }
        preprocessing.put("resample", 3);
        preprocessing.put("do_rescale", true);
        preprocessing.put("rescale_factor", 0.00392156862745098);
        preprocessing.put("do_normalize", true);
        preprocessing.put("image_mean", mean(spec));
        preprocessing.put("image_std", std(spec));
        preprocessing.put("do_convert_rgb", true);
        json(folder.resolve("preprocessor_config.json"), preprocessing);

        Files.writeString(folder.resolve("tokenizer.json"), spec.tokenizer().json());
        Map<String, Object> scoring = new LinkedHashMap<>();
        scoring.put("logit_scale", spec.siglip() ? 112.0 : 100.0);
        if (spec.siglip()) {
            scoring.put("logit_bias", -16.0);
        }
        json(folder.resolve("clipstream.json"), scoring);
    }

    private static Map<String, Object> squashed(int side) {
        Map<String, Object> size = new LinkedHashMap<>();
        size.put("height", side);
        size.put("width", side);
        return size;
    }

    private static Map<String, Object> openClipConfig(Spec spec) {
        return Map.of(
                "embed_dim",
                spec.size().dimension(),
                "vision_cfg",
                Map.of(
                        "image_size",
                        spec.size().image(),
                        "patch_size",
                        spec.size().patch()),
                "text_cfg",
                Map.of("context_length", spec.context(), "vocab_size", spec.vocabulary()));
    }

    private static Map<String, Object> openClipPreprocessing(Spec spec) {
        Map<String, Object> preprocessing = new LinkedHashMap<>();
        preprocessing.put("size", List.of(spec.size().image(), spec.size().image()));
        preprocessing.put("mode", "RGB");
        preprocessing.put("mean", mean(spec));
        preprocessing.put("std", std(spec));
        preprocessing.put("interpolation", "bicubic");
        preprocessing.put("resize_mode", spec.family() == Family.OPENAI ? "shortest" : "squash");
        preprocessing.put("fill_color", 0);
        return preprocessing;
    }

    private static List<Double> mean(Spec spec) {
        return spec.siglip() ? List.of(0.5, 0.5, 0.5) : List.of(0.48145466, 0.4578275, 0.40821073);
    }

    private static List<Double> std(Spec spec) {
        return spec.siglip() ? List.of(0.5, 0.5, 0.5) : List.of(0.26862954, 0.26130258, 0.27577711);
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }

    private static void json(Path file, Object content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, JSON.writeValueAsString(content) + "\n");
    }

    /// Writes one bundle.
    ///
    /// Arguments: `tiny`, `demo` or `vit-b-32`; the folder; then any of `fp16`, `int8` (weights),
    /// `combined`, `immich`, `flat` (layout), `chinese`, `siglip` (family), `static` (batch 1),
    /// `external` (weights beside the graph) and `seed=N`.
    public static void main(String[] arguments) {
        if (arguments.length < 2) {
            System.err.println("usage: RandomClip tiny|demo|vit-b-32 DIR"
                    + " [fp16|int8] [combined|immich|flat] [chinese|siglip] [static] [external] [seed=N]");
            System.exit(2);
        }
        Spec spec = switch (arguments[0]) {
            case "tiny" -> Spec.TINY;
            case "demo" -> Spec.DEMO;
            case "vit-b-32" -> Spec.VIT_B_32;
            default -> throw new IllegalArgumentException("Expected tiny, demo or vit-b-32, found " + arguments[0]);
        };
        for (String option : List.of(arguments).subList(2, arguments.length)) {
            spec = switch (option) {
                case "fp16" -> spec.weights(RandomGraph.Weights.FP16);
                case "int8" -> spec.weights(RandomGraph.Weights.INT8);
                case "combined" -> spec.layout(Layout.COMBINED);
                case "immich" -> spec.layout(Layout.IMMICH);
                case "flat" -> spec.layout(Layout.FLAT);
                case "chinese" -> spec.family(Family.CHINESE);
                case "siglip" -> spec.family(Family.SIGLIP);
                case "static" -> spec.batch(1);
                case "external" -> spec.external(true);
                default -> seeded(spec, option);
            };
        }
        write(Path.of(arguments[1]), spec);
    }

    private static Spec seeded(Spec spec, String option) {
        if (!option.startsWith("seed=")) {
            throw new IllegalArgumentException("Expected one of the options in the usage, found " + option);
        }
        return spec.seed(Long.parseLong(option.substring("seed=".length())));
    }
}
