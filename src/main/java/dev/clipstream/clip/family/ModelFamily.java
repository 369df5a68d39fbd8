package dev.clipstream.clip.family;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Everything that is particular to one family of models: how to recognise it, and what it decides where a bundle's
/// files are silent or unreliable.
///
/// To add a family, write one class and add it to [ModelFamilies]. Implementations are immutable.
public interface ModelFamily extends TextRules {

    /// Returns the family's name in warnings and descriptions, like `CLIP`.
    String name();

    /// Returns the values of `model_type` in `config.json` that name this family; may be empty.
    Set<String> modelTypes();

    /// Returns whether a bundle is of this family. Must hold for no bundle of another family that [ModelFamilies]
    /// tries later.
    boolean recognises(BundleEvidence evidence);

    /// Returns the most tokens of a text if the graph does not fix it.
    ///
    /// By default the bundle's configuration decides, and [#usualTextLength()] applies where it does not say.
    default int textLength(BundleEvidence evidence) {
        JsonNode config = evidence.config();
        int context = config.path("text_cfg").path("context_length").asInt(usualTextLength());
        return config.path("text_config").path("max_position_embeddings").asInt(context);
    }

    /// Returns the most tokens of a text in the family's published models.
    int usualTextLength();

    /// Returns what applies where a preprocessing file does not say how images are resized.
    ResizeDefaults resizing();

    /// Returns the preprocessing of the family's published models, for a bundle without a preprocessing file.
    ///
    /// @param height of the input in pixels
    /// @param width  of the input in pixels
    /// @throws ModelException if the family's models differ too much in it
    Preprocessing preprocessing(int height, int width) throws ModelException;

    /// Returns the scale and bias that the family's published models learned, approximately.
    Scoring scoring();
}
