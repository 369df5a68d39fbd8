package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.Padding;
import dev.clipstream.image.Preprocessing;
import java.util.Set;

/// MetaCLIP 2 in Hugging Face's form: XLM-V's unigrams, always 77 tokens, images cropped.
final class MetaClip2 extends ByItsFiles {
    @Override
    public String name() {
        return "METACLIP_2";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("metaclip_2", "metaclip2");
    }

    @Override
    public boolean named(BundleEvidence evidence) {
        return modelTypes().contains(evidence.config().modelType());
    }

    @Override
    public boolean proven(BundleEvidence evidence) {
        return false;
    }

    @Override
    Decided<Integer> length(BundleEvidence evidence) {
        return evidence.configuredLength(77);
    }

    @Override
    Decided<Padding> padding(BundleEvidence evidence) {
        return new Decided<>(Padding.FULL_UNLESS_PROVEN, "usual for the family");
    }

    @Override
    public ResizeDefaults resizing(BundleEvidence evidence) {
        return Usual.CROP_OF_PROCESSOR;
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) {
        return Usual.openAi(Usual.CROP_OF_PROCESSOR, height, width);
    }
}
