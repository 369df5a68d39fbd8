package dev.clipstream.clip.opening;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.bundle.JsonFile;
import dev.clipstream.clip.bundle.PreprocessingFile;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.family.BundleEvidence;
import dev.clipstream.clip.family.ModelFamily;
import dev.clipstream.clip.onnx.ImageGraph;
import dev.clipstream.image.Preprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Decides how images become the model's input: by the bundle's files, or as usual for the family where it brings none.
/// Files that contradict each other are refused.
final class PreprocessingChoice {
    /// Architectures of transformers whose image processor is CLIP's.
    private static final Set<String> CROPPED = Set.of("CLIPModel", "MetaClip2Model");
    /// What the image processors of other families begin with.
    private static final List<String> OTHERS = List.of("Siglip", "ChineseCLIP", "JinaCLIP");

    /// Far below what tells the families' means and deviations apart.
    private static final float NEAR = 0.01f;

    private final ModelFamily family;
    private final BundleEvidence evidence;
    private final boolean trusted;
    private final List<String> warnings;

    /// @param trusted whether a self-test proves the preprocessing, whatever is usual for the family
    PreprocessingChoice(ModelFamily family, BundleEvidence evidence, boolean trusted, List<String> warnings) {
        this.family = family;
        this.evidence = evidence;
        this.trusted = trusted;
        this.warnings = warnings;
    }

    /// Returns the preprocessing and the files that say so.
    Decided<Preprocessing> choose(Path root, ImageGraph graph) throws ModelException {
        List<Decided<Preprocessing>> found = files(root);
        for (Decided<Preprocessing> other : found) {
            Decided<Preprocessing> first = found.getFirst();
            if (!other.value().equals(first.value())) {
                throw new ModelException(
                        "the same preprocessing in " + first.source() + " and " + other.source(),
                        first.value() + " and " + other.value(),
                        "delete the file of the other model");
            }
        }
        if (found.isEmpty()) {
            return usual(graph);
        }
        requireFamilys(found.getFirst());
        return found.getFirst();
    }

    /// transformers saves these models with a CLIPImageProcessor, whose values differ from model to model.
    private void requireOwnProcessor(JsonFile file) throws ModelException {
        JsonNode architecture = evidence.config().tree().path("architectures").path(0);
        String processor = file.get("image_processor_type")
                .asString(file.get("image_processor", "image_processor_type").asString(""));
        if (!trusted
                && CROPPED.contains(architecture.asString(""))
                && OTHERS.stream().anyMatch(processor::startsWith)) {
            throw new ModelException(
                    "the preprocessing of a " + architecture.asString("") + " ("
                            + evidence.config().name() + ") in " + file.name(),
                    "image_processor_type " + processor,
                    "copy preprocessor_config.json of the same model; if the model was trained so, prove it by an image"
                            + " in the self_test of clipstream.json");
        }
    }

    /// Size and filter differ between the models of such a family.
    private void requireFamilys(Decided<Preprocessing> found) throws ModelException {
        Preprocessing own = found.value();
        if (trusted || !family.preparesImagesAlike()) {
            return;
        }
        Preprocessing usual = family.preprocessing(evidence, own.height(), own.width());
        if (own.fit() != usual.fit() || !near(own.mean(), usual.mean()) || !near(own.std(), usual.std())) {
            throw new ModelException(
                    "the preprocessing of the family " + family.name() + " in " + found.source() + " (" + inWords(usual)
                            + ")",
                    inWords(own),
                    "copy preprocessor_config.json of the same model; if the model was trained so, prove it by an image"
                            + " in the self_test of clipstream.json");
        }
    }

    private static boolean near(Preprocessing.Channels a, Preprocessing.Channels b) {
        return Math.abs(a.red() - b.red()) < NEAR
                && Math.abs(a.green() - b.green()) < NEAR
                && Math.abs(a.blue() - b.blue()) < NEAR;
    }

    private static String inWords(Preprocessing preprocessing) {
        return preprocessing.fit().name().toLowerCase(Locale.ROOT) + ", " + inWords("mean", preprocessing.mean()) + ", "
                + inWords("std", preprocessing.std());
    }

    private static String inWords(String name, Preprocessing.Channels values) {
        return name + " " + values.red() + " " + values.green() + " " + values.blue();
    }

    private List<Decided<Preprocessing>> files(Path root) throws ModelException {
        ResizeDefaults defaults = family.resizing(evidence);
        List<Decided<Preprocessing>> found = new ArrayList<>();
        for (JsonFile file : PreprocessingFile.find(root)) {
            requireOwnProcessor(file);
            found.add(new Decided<>(PreprocessingFile.read(file, defaults), file.name()));
        }
        return found;
    }

    private Decided<Preprocessing> usual(ImageGraph graph) throws ModelException {
        int size = imageSize();
        int height = graph.height() > 0 ? graph.height() : size;
        int width = graph.width() > 0 ? graph.width() : size;
        if (height < 1 || width < 1) {
            throw new ModelException(
                    "the input's size in preprocessor_config.json, config.json or the graph",
                    "none",
                    "copy preprocessor_config.json from the model's page");
        }
        Preprocessing usual = family.preprocessing(evidence, height, width);
        warnings.add("No preprocessor_config.json: preprocessing as usual for the family " + family.name()
                + "; if this model differs, its vectors are silently wrong");
        return new Decided<>(usual, "the family " + family.name());
    }

    private int imageSize() {
        JsonNode size = evidence.config().tree().path("vision_config").path("image_size");
        if (size.isMissingNode()) {
            size = evidence.config().openClipModel().path("vision_cfg").path("image_size");
        }
        return size.isArray() ? size.path(0).asInt(-1) : size.asInt(-1);
    }
}
