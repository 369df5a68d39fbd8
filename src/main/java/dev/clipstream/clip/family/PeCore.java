package dev.clipstream.clip.family;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Filter;
import java.util.Set;

/// PE-Core (Perception Encoder): a CLIP with texts of 32 or 72 tokens and squashed images.
final class PeCore extends OpenAiClip {
    /// Lengths of texts that no other model with OpenAI's vocabulary has.
    private static final Set<Integer> LENGTHS = Set.of(32, 72);

    @Override
    public boolean fits(BundleEvidence evidence) {
        return super.fits(evidence)
                && LENGTHS.contains(evidence.configuredLength(usualTextLength()).value());
    }

    @Override
    public boolean proven(BundleEvidence evidence) {
        return false;
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) {
        return Usual.halves(Filter.BILINEAR, height, width);
    }
}
