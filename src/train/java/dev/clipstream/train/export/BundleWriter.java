package dev.clipstream.train.export;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
import dev.clipstream.train.Recipe;
import dev.clipstream.train.TrainedTowers;
import dev.clipstream.train.TrainingFolder;
import dev.clipstream.train.data.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes trained towers as a bundle in the Hugging Face layout of a Chinese-CLIP, whose tokenizer it uses.
///
/// The files are written to a draft folder and verified there. Only a bundle that reproduces the trained towers'
/// embeddings is moved into place. A crash between two moves leaves files of two exports; the bundle's self-test
/// then fails when it is opened, and another export repairs it.
public final class BundleWriter {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// Number of texts and images in the bundle's self-test.
    private static final int GOLDEN = 3;

    private final Path bundle;
    private final Path draft;
    private final List<Path> written = new ArrayList<>();

    /// Creates a writer.
    ///
    /// @param bundle folder of the bundle
    public BundleWriter(Path bundle) {
        this.bundle = bundle;
        this.draft = TrainingFolder.in(bundle).path().resolve("draft");
    }

    /// Writes and verifies the bundle.
    ///
    /// @param test inputs and the engine's embeddings
    /// @param card the README.md
    /// @return the largest difference between the engine's and the bundle's embeddings
    /// @throws ExportException if the written graphs produce other embeddings than the engine
    public double write(Recipe recipe, TrainedTowers towers, SelfTest test, String card)
            throws IOException, ExportException {
        removeDraft();
        written.clear();
        Files.createDirectories(draft.resolve("onnx"));
        Files.createDirectories(draft.resolve("self-test"));
        TowerGraphs.vision(recipe.architecture(), towers.layout(), towers.values())
                .write(place("onnx/vision_model.onnx"));
        TowerGraphs.text(recipe.architecture(), towers.layout(), towers.values())
                .write(place("onnx/text_model.onnx"));
        Files.copy(
                TrainingFolder.in(bundle).path().resolve("tokenizer.json"),
                place("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
        json("config.json", config(recipe));
        json("preprocessor_config.json", preprocessing(recipe.preprocessing()));
        json("clipstream.json", scoring(towers, test));
        Files.writeString(place("README.md"), card);
        double difference = ExportProof.compare(draft, test);
        for (Path file : written) {
            Path target = bundle.resolve(draft.relativize(file));
            Files.createDirectories(target.getParent());
            Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
        removeDraft();
        return difference;
    }

    /// Removes the files of this export or of an interrupted one.
    private void removeDraft() throws IOException {
        if (Files.exists(draft)) {
            try (Stream<Path> left = Files.walk(draft)) {
                for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private Path place(String name) {
        Path file = draft.resolve(name);
        written.add(file);
        return file;
    }

    private void json(String name, Object content) throws IOException {
        Files.writeString(place(name), JSON.writeValueAsString(content) + "\n");
    }

    private static Map<String, Object> config(Recipe recipe) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "chinese_clip");
        config.put("projection_dim", recipe.architecture().dimension());
        config.put("vision_config", Map.of("image_size", recipe.architecture().imageSize()));
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("vocab_size", recipe.architecture().vocabulary());
        text.put("max_position_embeddings", recipe.architecture().textLength());
        config.put("text_config", text);
        return config;
    }

    private static Map<String, Object> preprocessing(Preprocessing done) {
        Map<String, Object> size = new LinkedHashMap<>();
        size.put("height", done.height());
        size.put("width", done.width());
        Map<String, Object> preprocessing = new LinkedHashMap<>();
        preprocessing.put("image_processor_type", "ChineseCLIPImageProcessor");
        preprocessing.put("do_resize", true);
        preprocessing.put("size", size);
        preprocessing.put("do_center_crop", false);
        preprocessing.put("resample", done.filter() == Preprocessing.Filter.BICUBIC ? 3 : 2);
        preprocessing.put("do_rescale", true);
        preprocessing.put("rescale_factor", 1 / 255.0);
        preprocessing.put("do_normalize", true);
        preprocessing.put("image_mean", channels(done.mean()));
        preprocessing.put("image_std", channels(done.std()));
        preprocessing.put("do_convert_rgb", true);
        return preprocessing;
    }

    private static List<Float> channels(Channels channels) {
        return List.of(channels.red(), channels.green(), channels.blue());
    }

    private Map<String, Object> scoring(TrainedTowers towers, SelfTest test) throws IOException {
        Map<String, Object> scoring = new LinkedHashMap<>();
        scoring.put("id", String.valueOf(bundle.toAbsolutePath().normalize().getFileName()));
        scoring.put("scoring", towers.architecture().sigmoid() ? "sigmoid" : "softmax");
        scoring.put("logit_scale", towers.logitScale());
        scoring.put("logit_bias", towers.logitBias());
        List<Object> texts = new ArrayList<>();
        List<Object> images = new ArrayList<>();
        for (int i = 0; i < Math.min(GOLDEN, test.pairs().size()); i++) {
            Pair pair = test.pairs().get(i);
            texts.add(golden("text", pair.caption(), test.texts().get(i).toArray()));
            String name = "self-test/" + (i + 1) + ".png";
            PngFile.write(place(name), pair.image());
            images.add(golden("file", name, test.images().get(i).toArray()));
        }
        Map<String, Object> golden = new LinkedHashMap<>();
        golden.put("texts", texts);
        golden.put("images", images);
        scoring.put("self_test", golden);
        return scoring;
    }

    private static Map<String, Object> golden(String key, String input, float[] vector) {
        Map<String, Object> golden = new LinkedHashMap<>();
        golden.put(key, input);
        golden.put("vector", vector);
        return golden;
    }
}
