package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.image.Preprocessing;
import java.util.Set;

/// jina-clip-v1 and -v2: texts of up to 512 tokens, images cropped by torchvision.
final class JinaClip extends ByItsFiles {
    /// What `encode_text` of the model's code cuts texts at unless it is called with another length. The towers take
    /// 8,192 tokens, which is what some of their tokenizers' files give.
    private static final Decided<Integer> LENGTH = new Decided<>(512, "jina-clip's encode_text");

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
    Decided<Integer> length(BundleEvidence evidence) {
        Decided<Integer> file = evidence.tokenizerLength(LENGTH.value());
        return file.value() < LENGTH.value() ? file : LENGTH;
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
