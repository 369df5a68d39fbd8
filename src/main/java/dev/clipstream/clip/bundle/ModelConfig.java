package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// A bundle's configuration: `config.json` of Hugging Face or of immich, or `open_clip_config.json`.
///
/// @param name of the file; `no configuration` if the bundle has no file
/// @param tree its content; a missing node if the bundle has no file
public record ModelConfig(String name, JsonNode tree) {
    /// The configuration of a bundle that brings none.
    public static final ModelConfig NONE = new ModelConfig("no configuration", MissingNode.getInstance());

    /// Reads the configuration. OpenCLIP's own file counts where `config.json` names neither a model type nor a text
    /// tower.
    public static ModelConfig read(Path root) throws ModelException {
        Optional<ModelConfig> config =
                JsonFile.readIfPresent(root, "config.json").map(ModelConfig::of);
        if (config.isPresent() && config.get().saysWhichModel()) {
            return config.get();
        }
        Optional<ModelConfig> openClip =
                JsonFile.readIfPresent(root, "open_clip_config.json").map(ModelConfig::of);
        return openClip.filter(ModelConfig::saysWhichModel).or(() -> config).orElse(NONE);
    }

    private static ModelConfig of(JsonFile file) {
        return new ModelConfig(file.name(), file.tree());
    }

    private boolean saysWhichModel() {
        return !modelType().isEmpty() || openClip();
    }

    /// Returns `model_type`; empty if it has none.
    public String modelType() {
        return tree.path("model_type").asString("");
    }

    /// Returns whether it is OpenCLIP's.
    public boolean openClip() {
        return openClipModel().path("text_cfg").isObject();
    }

    /// Returns OpenCLIP's description of the text tower; a missing node if it is not OpenCLIP's.
    public JsonNode textTower() {
        return openClipModel().path("text_cfg");
    }

    /// Returns OpenCLIP's description of the model, which some files wrap in `model_cfg`.
    public JsonNode openClipModel() {
        return tree.has("model_cfg") ? tree.path("model_cfg") : tree;
    }
}
