package dev.clipstream.clip.family;

import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.image.Preprocessing;
import java.util.Set;

/// jina-clip-v1 and -v2: texts of up to 8,192 tokens as their tokenizers' files say, images cropped by torchvision.
final class JinaClip extends ByItsFiles {
    @Override
    public String name() {
        return "JINA_CLIP";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("jina_clip");
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
    public boolean scoresAsUsual(BundleEvidence evidence) {
        return true;
    }

    @Override
    public ResizeDefaults resizing(BundleEvidence evidence) {
        return Usual.CROP;
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) {
        return Usual.openAi(Usual.CROP, height, width);
    }
}
