package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.bundle.ModelConfig;
import java.util.List;
import java.util.Optional;

/// The families of models that can be served.
///
/// The configuration decides, never the tokenizer's kind: word pieces are Chinese-CLIP's, CLIPA's, LaBSE's and
/// jina-clip's. A tokenizer that the configured family cannot have is refused. Only where no configuration names a
/// family, vocabulary and layout decide, as far as they prove it.
public final class ModelFamilies {
    /// In the order in which they are tried: the first that a bundle names and fits is its family.
    private static final List<ModelFamily> ALL = List.of(
            new ChineseClip(),
            new MobileClip(),
            new PeCore(),
            new OpenAiClip(),
            new OpenClipText(),
            new Siglip(),
            new Siglip2(),
            new FgClip2(),
            new JinaClip(),
            new MetaClip2(),
            new ByItsFiles());

    private ModelFamilies() {}

    /// Returns the family of a bundle, with the file that decided it.
    ///
    /// @throws ModelException if the tokenizer contradicts the configuration, or nothing says which family it is
    public static Decided<ModelFamily> recognise(BundleEvidence evidence) throws ModelException {
        ModelConfig config = evidence.config();
        List<ModelFamily> named =
                ALL.stream().filter(family -> family.named(evidence)).toList();
        if (!named.isEmpty()) {
            return named.stream()
                    .filter(family -> family.fits(evidence))
                    .findFirst()
                    .map(family -> new Decided<>(family, config.name()))
                    .orElseThrow(() -> new ModelException(
                            "the tokenizer of " + inWords(evidence),
                            evidence.tokenizerInWords(),
                            "copy tokenizer and " + config.name() + " of one model"));
        }
        Optional<ModelFamily> proven =
                ALL.stream().filter(family -> family.proven(evidence)).findFirst();
        return proven.map(family -> new Decided<>(
                        family, "the vocabulary of " + evidence.tokenizer().name()))
                .orElseThrow(() -> new ModelException(
                        "a config.json that names the model, or the vocabulary of a known family",
                        evidence.tokenizerInWords(),
                        "copy config.json, tokenizer.json and tokenizer_config.json from the model's page"));
    }

    private static String inWords(BundleEvidence evidence) {
        String type = evidence.config().modelType();
        String name = evidence.openClipTokenizer();
        if (!type.isEmpty()) {
            return "a model of type " + type + " (" + evidence.config().name() + ")";
        }
        return (name.isEmpty() ? "OpenAI's CLIP" : name) + ", which text_cfg in "
                + evidence.config().name() + (name.isEmpty() ? " implies" : " names");
    }
}
