package dev.clipstream.clip.family;

import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;

/// What SigLIP and the models that are trained like it have in common: images squashed, sigmoid.
abstract class SigmoidFamily implements ModelFamily {
    @Override
    public final ResizeDefaults resizing(BundleEvidence evidence) {
        return Usual.SQUASH;
    }

    @Override
    public final boolean preparesImagesAlike() {
        return true;
    }

    @Override
    public final Scoring scoring(BundleEvidence evidence) {
        return Usual.SIGMOID;
    }
}
