package dev.clipstream.train.evaluate;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.train.evaluate.TagPrecision.Known;
import dev.clipstream.train.evaluate.ZeroShotAccuracy.Labelled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The measurements of a model on labelled or captioned images.
///
/// @param pictures      number of images
/// @param texts         number of distinct texts
/// @param unlabelled    first text of each image that matches no label and is excluded from zero-shot accuracy;
///                      empty without labels
/// @param withTemplates zero-shot accuracy with prompt templates; null without labels
/// @param namesAlone    zero-shot accuracy with the labels' names alone; null without labels
/// @param tags          quality of the tags at several thresholds, the label set's own first; empty without labels
/// @param textToImage   recall of images by text
/// @param imageToText   recall of texts by image
/// @param loss          the model's training objective with the learned scale
/// @param similarities  matrix to draw
public record Evaluation(
        int pictures,
        int texts,
        List<String> unlabelled,
        @Nullable ZeroShotAccuracy withTemplates,
        @Nullable ZeroShotAccuracy namesAlone,
        List<TagPrecision> tags,
        Retrieval textToImage,
        Retrieval imageToText,
        double loss,
        SimilarityMatrix similarities) {
    /// Batch size of the loss.
    public static final int LOSS_BATCH = 256;

    private static final int DRAWN = 64;

    public Evaluation {
        unlabelled = List.copyOf(unlabelled);
        tags = List.copyOf(tags);
    }

    /// The embedding of an image, and texts that are true of it.
    ///
    /// @param vector of the image
    /// @param texts  at least one
    public record Seen(Embedding vector, List<String> texts) {
        public Seen {
            texts = List.copyOf(texts);
        }
    }

    /// Measures a model.
    ///
    /// @param seen     at least one image
    /// @param labels   label set; null to skip zero-shot accuracy
    /// @param language of the labels' names; null for the set's own
    /// @throws IllegalArgumentException if labels have no name in that language, or no image matches a label
    public static Evaluation of(
            ClipModel model, List<Seen> seen, @Nullable LabelSet labels, @Nullable String language) {
        List<String> texts = seen.stream()
                .flatMap(picture -> picture.texts().stream())
                .distinct()
                .toList();
        List<Embedding> textVectors = model.textEncoder().encode(texts);
        Map<String, Embedding> byText = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            byText.put(texts.get(i), textVectors.get(i));
        }
        List<Embedding> vectors = seen.stream().map(Seen::vector).toList();
        List<Set<String>> shown = seen.stream()
                .<Set<String>>map(picture -> new HashSet<>(picture.texts()))
                .toList();
        List<String> firsts =
                seen.stream().map(picture -> picture.texts().getFirst()).toList();
        ZeroShotAccuracy withTemplates = null;
        ZeroShotAccuracy namesAlone = null;
        List<String> unlabelled = List.of();
        List<TagPrecision> tags = List.of();
        if (labels != null) {
            String asked = language == null ? labels.promptLanguage() : language;
            KnownLabels known = new KnownLabels(labels);
            Map<Boolean, List<Seen>> parts = seen.stream()
                    .collect(Collectors.partitioningBy(
                            picture -> !known.named(picture.texts()).isEmpty()));
            List<Seen> named = parts.getOrDefault(true, List.of());
            requireSome(named, seen, labels);
            List<Labelled> labelled = named.stream()
                    .map(picture -> new Labelled(picture.vector(), known.named(picture.texts())))
                    .toList();
            withTemplates = ZeroShotAccuracy.of(ZeroShotAccuracy.withTemplates(labels, asked), model, labelled);
            namesAlone = ZeroShotAccuracy.of(ZeroShotAccuracy.namesAlone(labels, asked), model, labelled);
            tags = TagPrecision.of(
                    labels.in(asked, asked),
                    model,
                    labelled.stream()
                            .map(picture -> new Known(picture.vector(), known.withParents(picture.labelIds())))
                            .toList());
            unlabelled = parts.getOrDefault(false, List.of()).stream()
                    .map(picture -> picture.texts().getFirst())
                    .toList();
        }
        return new Evaluation(
                seen.size(),
                texts.size(),
                unlabelled,
                withTemplates,
                namesAlone,
                tags,
                Retrieval.of(
                        textVectors, vectors, (text, image) -> shown.get(image).contains(texts.get(text))),
                Retrieval.of(
                        vectors, textVectors, (image, text) -> shown.get(image).contains(texts.get(text))),
                MeasuredLoss.of(
                        vectors,
                        firsts.stream().map(text -> vector(byText, text)).toList(),
                        model.scoring(),
                        (image, text) -> shown.get(image).contains(firsts.get(text)),
                        LOSS_BATCH),
                similarities(seen, byText));
    }

    private static Embedding vector(Map<String, Embedding> byText, String text) {
        Embedding vector = byText.get(text);
        if (vector == null) {
            throw new IllegalArgumentException("Expected an encoded text, found " + text);
        }
        return vector;
    }

    private static void requireSome(List<Seen> named, List<Seen> seen, LabelSet labels) {
        if (named.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected images whose folder or text is a label's id or name, found none. Labels such as "
                            + labels.labels().stream().limit(3).map(Label::id).toList() + ", texts such as "
                            + seen.stream()
                                    .map(picture -> picture.texts().getFirst())
                                    .distinct()
                                    .limit(3)
                                    .toList());
        }
    }

    /// Returns the mean embedding of each text's images against the texts, for the first distinct texts.
    private static SimilarityMatrix similarities(List<Seen> seen, Map<String, Embedding> byText) {
        Map<String, List<Embedding>> pictures = new LinkedHashMap<>();
        for (Seen picture : seen) {
            String text = picture.texts().getFirst();
            if (pictures.size() < DRAWN || pictures.containsKey(text)) {
                pictures.computeIfAbsent(text, name -> new ArrayList<>()).add(picture.vector());
            }
        }
        List<String> names = List.copyOf(new LinkedHashSet<>(pictures.keySet()));
        List<double[]> cosines = new ArrayList<>();
        for (String row : names) {
            List<Embedding> own = pictures.getOrDefault(row, List.of());
            double[] line = new double[names.size()];
            for (int column = 0; column < line.length; column++) {
                Embedding text = vector(byText, names.get(column));
                line[column] = own.stream().mapToDouble(text::cosine).average().orElse(0);
            }
            cosines.add(line);
        }
        return new SimilarityMatrix(names, names, cosines);
    }
}
