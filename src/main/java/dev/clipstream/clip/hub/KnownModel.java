package dev.clipstream.clip.hub;

import dev.clipstream.clip.ModelOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model of the [Catalogue]: its names, where its files lie, and published facts.
///
/// @param id           the name that users know, `ORG/NAME`, mostly the original repository
/// @param title        for people, such as `OpenAI CLIP ViT-B/32`
/// @param aliases      other names of the same model, besides `id`, `original` and the repositories of its exports
/// @param exports      the repositories that hold it as ONNX, the preferred one first; empty if none is known
/// @param original     the repository with the trained weights, from which learned scale and bias are read
/// @param unsupported  the reason why Clipstream does not serve the model; empty if it does
/// @param dimension    length of a vector
/// @param pixels       width and height of the model's input
/// @param textLength   the longest text in tokens
/// @param languages    BCP 47 tags of the languages of the training texts; [#MULTILINGUAL] alone for many
/// @param licence      of the weights: an SPDX identifier or the licence's name
/// @param commercial   whether the licence allows commercial use
/// @param parameters   of both towers, in millions
/// @param imageGflop   operations of the image tower for one image, in 10⁹ floating-point operations
/// @param logitScale   the learned scale, where published
/// @param logitBias    the learned bias of a model with sigmoid scores, where published
/// @param imageNet     published zero-shot top-1 on ImageNet-1k, in percent
/// @param recall       by language: published image retrieval by text, the mean of recall@1, @5 and @10 in percent
/// @param recallSource the data sets of `recall`; figures of different data sets compare only roughly
/// @param note         anything else that users should know
public record KnownModel(
        String id,
        String title,
        List<String> aliases,
        List<Export> exports,
        Optional<String> original,
        Optional<String> unsupported,
        int dimension,
        int pixels,
        int textLength,
        List<String> languages,
        String licence,
        boolean commercial,
        double parameters,
        Optional<Double> imageGflop,
        Optional<Double> logitScale,
        Optional<Double> logitBias,
        Optional<Double> imageNet,
        Map<String, Double> recall,
        Optional<String> recallSource,
        Optional<String> note) {

    /// The language of a model that was trained on texts in many languages.
    public static final String MULTILINGUAL = "mul";

    private static final String ENGLISH = "en";

    private static final Map<String, Integer> BYTES_PER_PARAMETER =
            Map.of("fp32", 4, "fp16", 2, "int8", 1, "quantized", 1, "uint8", 1);

    public KnownModel {
        Facts.requireRepository("id", id);
        Facts.requireText("title", title);
        for (String alias : aliases) {
            Facts.requireText("aliases", alias);
        }
        original.ifPresent(repository -> Facts.requireRepository("original", repository));
        Facts.requireBetween("dimension", 64, 4_096, dimension);
        Facts.requireBetween("pixels", 32, 1_024, pixels);
        Facts.requireBetween("textLength", 16, 8_192, textLength);
        Facts.require(!languages.isEmpty(), "languages", "at least one language", "none");
        Facts.requireText("licence", licence);
        Facts.requireBetween("parameters", 1, 20_000, parameters);
        imageGflop.ifPresent(gflop -> Facts.requireBetween("imageGflop", 0.1, 10_000, gflop));
        logitScale.ifPresent(scale -> Facts.requireBetween("logitScale", 1, 200, scale));
        logitBias.ifPresent(bias -> Facts.requireBetween("logitBias", -50, 0, bias));
        imageNet.ifPresent(top1 -> Facts.requireBetween("imageNet", 1, 100, top1));
        recall.forEach((language, percent) -> Facts.requireBetween("recall of " + language, 0.1, 100, percent));
        Facts.require(recall.isEmpty() || recallSource.isPresent(), "recallSource", "the data sets of recall", "none");
        aliases = List.copyOf(aliases);
        exports = List.copyOf(exports);
        languages = List.copyOf(languages);
        recall = Collections.unmodifiableMap(new LinkedHashMap<>(recall));
    }

    /// A repository with the model's graphs.
    ///
    /// @param repository `ORG/NAME`
    /// @param folder     the folder with the graphs of this model in a repository of several models, whose tokenizer is
    ///                   at the top; empty in a repository of one model
    /// @param layout     the arrangement of its files, for people: `transformers.js`, `immich`
    /// @param weights    the variants, named as in [ModelOptions#PREFERENCE], with the megabytes (10⁶ bytes) that a
    ///                   pull of the variant takes, where known
    public record Export(
            String repository, Optional<String> folder, String layout, Map<String, Optional<Integer>> weights) {
        public Export {
            Facts.requireRepository("repository", repository);
            folder.ifPresent(path ->
                    Facts.require(path.matches("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*"), "folder", "a relative path", path));
            Facts.requireText("layout", layout);
            Facts.require(!weights.isEmpty(), "weights", "at least one variant", "none");
            weights.forEach((variant, megabytes) -> {
                Facts.require(
                        ModelOptions.PREFERENCE.contains(variant),
                        "weights",
                        "one of " + ModelOptions.PREFERENCE,
                        variant);
                megabytes.ifPresent(size -> Facts.requireBetween("weights." + variant, 1, 20_000, size));
            });
            Map<String, Optional<Integer>> ordered = new LinkedHashMap<>();
            for (String variant : ModelOptions.PREFERENCE) {
                Optional<Integer> megabytes = weights.get(variant);
                if (megabytes != null) {
                    ordered.put(variant, megabytes);
                }
            }
            weights = Collections.unmodifiableMap(ordered);
        }
    }

    /// Returns every name of the model: the id, the original repository, the aliases, and the repositories of its
    /// exports unless they hold other models, too.
    public List<String> names() {
        List<String> names = new ArrayList<>(List.of(id));
        original.ifPresent(names::add);
        names.addAll(aliases);
        exports.stream()
                .filter(export -> export.folder().isEmpty())
                .map(Export::repository)
                .forEach(names::add);
        return names.stream().distinct().toList();
    }

    /// Returns the export that a name of the model asks for: the repository of that name, otherwise the preferred one.
    /// Empty if no export is known.
    public Optional<Export> export(String name) {
        return exports.stream()
                .filter(export -> export.repository().equalsIgnoreCase(name))
                .findFirst()
                .or(() -> exports.stream().findFirst());
    }

    /// Returns whether the model knows a language: it was trained on it, or on many, or has a published figure for it.
    public boolean serves(String language) {
        return languages.contains(language) || languages.contains(MULTILINGUAL) || recall.containsKey(language);
    }

    /// Returns the published figure in percent by which models are compared for a language: for English the zero-shot
    /// top-1 on ImageNet-1k, for others the recall of image retrieval. Empty if none was published.
    public Optional<Double> quality(String language) {
        return language.equals(ENGLISH)
                ? imageNet.filter(top1 -> serves(language))
                : Optional.ofNullable(recall.get(language));
    }

    /// Returns the class of speed; empty if the operations are unknown.
    public Optional<Speed> speed() {
        return imageGflop.map(Speed::of);
    }

    /// Returns the size of a pull of an export's weights: the known one, otherwise an estimate from the parameters;
    /// empty for 4-bit weights, of which exporters leave different parts in fp32.
    public Optional<Size> size(Export export, String variant) {
        Optional<Size> known =
                export.weights().getOrDefault(variant, Optional.empty()).map(megabytes -> new Size(megabytes, false));
        return known.or(() -> Optional.ofNullable(BYTES_PER_PARAMETER.get(variant))
                .map(bytes -> new Size((int) Math.round(parameters * bytes), true)));
    }
}
