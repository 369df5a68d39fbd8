package dev.clipstream.clip.family;

import java.util.Locale;

/// SigLIP 2: a [Siglip] with Gemma's byte pairs. Reports give its family as SigLIP's.
final class Siglip2 extends Siglip {
    @Override
    public boolean recognises(BundleEvidence evidence) {
        return evidence.tokenizerType().equals("BPE")
                && evidence.vocabulary().path("<pad>").asInt(-1) == 0
                && evidence.vocabulary().path("<eos>").asInt(-1) == 1;
    }

    @Override
    public String tokenizerKind() {
        return "SIGLIP2";
    }

    @Override
    public long pad() {
        return 0;
    }

    @Override
    public String clean(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
