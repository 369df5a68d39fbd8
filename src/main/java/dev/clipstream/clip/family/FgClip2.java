package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.text.TextCleanUp;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Filter;
import java.util.Set;

/// FG-CLIP 2: Gemma's byte pairs in lower case, pooled at the last of 64 tokens, images squashed.
final class FgClip2 extends SigmoidFamily {
    private static final String SOURCE = "FG-CLIP 2's tokenizer";

    @Override
    public String name() {
        return "FG_CLIP2";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("fgclip2", "fg_clip2", "fg_clip_2", "fgclip_2");
    }

    @Override
    public boolean fits(BundleEvidence evidence) {
        return evidence.gemmaVocabulary();
    }

    /// A text's vector is pooled at the last of 64 tokens, however many positions a configuration gives.
    @Override
    public TextRules texts(BundleEvidence evidence) throws ModelException {
        return Siglip2.rules("FG_CLIP2", evidence, new Decided<>(TextCleanUp.LOWER_CASE, SOURCE), SOURCE)
                .withLength(new Decided<>(64, SOURCE));
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) {
        return Usual.halves(Filter.BICUBIC, height, width);
    }
}
