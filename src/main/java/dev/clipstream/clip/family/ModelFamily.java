package dev.clipstream.clip.family;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import java.util.Optional;
import java.util.Set;

/// Everything that is particular to one family of models: how to recognise it, how it prepares texts, and what it
/// decides where a bundle's files are silent.
///
/// To add a family, write one class and add it to [ModelFamilies]. Implementations are immutable.
public interface ModelFamily {

    /// Returns the family's name in warnings and descriptions, like `CLIP`.
    String name();

    /// Returns the values of `model_type` in `config.json` that name this family; may be empty.
    Set<String> modelTypes();

    /// Returns whether the bundle's configuration names this family.
    default boolean named(BundleEvidence evidence) {
        return modelTypes().contains(evidence.config().modelType());
    }

    /// Returns whether the bundle's tokenizer can be one of this family.
    boolean fits(BundleEvidence evidence);

    /// Returns whether vocabulary and layout alone prove this family, for a bundle whose configuration names none.
    default boolean proven(BundleEvidence evidence) {
        return false;
    }

    /// Returns what may be wrong in silence if vocabulary and layout alone decided; empty if they leave no doubt.
    default Optional<String> doubt(BundleEvidence evidence) {
        return Optional.empty();
    }

    /// Returns how texts are prepared, before the text graph's own length is known.
    ///
    /// @throws ModelException if files contradict each other
    TextRules texts(BundleEvidence evidence) throws ModelException;

    /// Returns what applies where a preprocessing file does not say how images are resized.
    ResizeDefaults resizing(BundleEvidence evidence);

    /// Returns the preprocessing of the family's published models, for a bundle without a preprocessing file.
    ///
    /// @param height of the input in pixels
    /// @param width  of the input in pixels
    /// @throws ModelException if the family's models differ too much in it
    Preprocessing preprocessing(BundleEvidence evidence, int height, int width) throws ModelException;

    /// Returns whether all published models of the family fit and normalize images as [#preprocessing] does, so that
    /// another transform in a bundle is another model's.
    default boolean preparesImagesAlike() {
        return false;
    }

    /// Returns whether scale and bias of [#scoring] are close to those of the model; false if nothing is known of it.
    default boolean scoresAsUsual(BundleEvidence evidence) {
        return true;
    }

    /// Returns how cosines become probabilities, with the scale and bias that the family's published models learned,
    /// approximately.
    Scoring scoring(BundleEvidence evidence);
}
