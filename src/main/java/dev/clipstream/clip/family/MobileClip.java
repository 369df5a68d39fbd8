package dev.clipstream.clip.family;

import dev.clipstream.clip.ModelException;
import dev.clipstream.image.Preprocessing;
import java.util.Optional;

/// MobileCLIP and MobileCLIP 2: CLIPs whose versions differ in filter, size and normalization.
final class MobileClip extends OpenAiClip {
    @Override
    public boolean fits(BundleEvidence evidence) {
        return super.fits(evidence) && (evidence.configMentions("mobileclip") || evidence.configMentions("_mci"));
    }

    /// The configuration names the family, under whatever type.
    @Override
    public Optional<String> doubt(BundleEvidence evidence) {
        return Optional.empty();
    }

    /// Refuses to guess.
    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) throws ModelException {
        throw new ModelException(
                "a preprocessor_config.json, since versions of MobileCLIP differ in it",
                "none",
                "copy it from the model's page");
    }
}
