package dev.clipstream.clip.family;

import dev.clipstream.clip.ModelException;
import java.util.List;

/// The families of models that can be served.
public final class ModelFamilies {
    /// In the order in which they are tried: the first that recognises a bundle is its family.
    private static final List<ModelFamily> ALL =
            List.of(new ChineseClip(), new Siglip(), new MobileClip(), new OpenAiClip(), new Siglip2());

    private ModelFamilies() {}

    /// Returns the family of a bundle.
    ///
    /// @param tokenizerName name of the tokenizer's file in messages
    /// @throws ModelException if no family recognises it, or its tokenizer contradicts its `model_type`
    public static ModelFamily recognise(BundleEvidence evidence, String tokenizerName) throws ModelException {
        for (ModelFamily family : ALL) {
            if (family.recognises(evidence)) {
                requireSameType(evidence, family);
                return family;
            }
        }
        throw new ModelException(
                "the tokenizer of a CLIP, Chinese-CLIP, SigLIP or SigLIP 2 in " + tokenizerName,
                "another of type " + evidence.tokenizerType() + " with "
                        + evidence.vocabulary().size() + " tokens",
                "take a model of one of these families");
    }

    private static void requireSameType(BundleEvidence evidence, ModelFamily family) throws ModelException {
        String type = evidence.modelType();
        boolean ofOthers = ALL.stream().anyMatch(other -> other.modelTypes().contains(type));
        if (ofOthers && !family.modelTypes().contains(type)) {
            throw new ModelException(
                    "the tokenizer of a model of type " + type + " (config.json)",
                    "one of the family " + family.tokenizerKind(),
                    "copy the tokenizer.json of the same model");
        }
    }
}
