package dev.clipstream.train.evaluate;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.PromptTemplates;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Zero-shot accuracy: how often a true label is the nearest, or among the five nearest.
///
/// @param pictures   number of images
/// @param top1       share of images whose nearest label is true, 0 to 1
/// @param top5       share of images with a true label among the five nearest
/// @param confusions most frequent first
public record ZeroShotAccuracy(int pictures, double top1, double top5, List<Confusion> confusions) {

    public ZeroShotAccuracy {
        confusions = List.copyOf(confusions);
    }

    /// An image and its true labels.
    ///
    /// @param vector   of the image
    /// @param labelIds at least one; the first represents the image in confusions
    public record Labelled(Embedding vector, List<String> labelIds) {
        public Labelled {
            labelIds = List.copyOf(labelIds);
            if (labelIds.isEmpty()) {
                throw new IllegalArgumentException("Expected at least one label per image, found none");
            }
        }
    }

    /// Measures with the service's tagger.
    ///
    /// @param labels   the label set, whose prompts are used
    /// @param pictures images of labels in that set, at least one
    public static ZeroShotAccuracy of(LabelSet labels, ClipModel model, List<Labelled> pictures) {
        ZeroShotTagger tagger = ZeroShotTagger.create(labels, model.textEncoder(), model.scoring(), model.identity());
        int first = 0;
        int among = 0;
        Map<String, Map<String, Integer>> mistakes = new TreeMap<>();
        for (Labelled picture : pictures) {
            List<String> nearest = tagger.scoreAll(picture.vector()).stream()
                    .limit(labels.topK())
                    .map(ScoredLabel::labelId)
                    .toList();
            if (picture.labelIds().contains(nearest.getFirst())) {
                first++;
            } else {
                mistakes.computeIfAbsent(picture.labelIds().getFirst(), label -> new TreeMap<>())
                        .merge(nearest.getFirst(), 1, Integer::sum);
            }
            if (picture.labelIds().stream().anyMatch(nearest::contains)) {
                among++;
            }
        }
        List<Confusion> confusions = new ArrayList<>();
        mistakes.forEach((label, others) ->
                others.forEach((other, count) -> confusions.add(new Confusion(label, other, count))));
        confusions.sort(Comparator.comparingInt(Confusion::count).reversed());
        return new ZeroShotAccuracy(
                pictures.size(), (double) first / pictures.size(), (double) among / pictures.size(), confusions);
    }

    /// Returns a label set with the five nearest labels as its answer and its own prompts and templates, or the
    /// default ones.
    ///
    /// @param language BCP 47 tag of the names
    /// @throws IllegalArgumentException if a label has no name in that language
    public static LabelSet withTemplates(LabelSet labels, String language) {
        LabelSet voiced = labels.in(language, language);
        List<String> templates = voiced.templates().isEmpty() ? PromptTemplates.defaults(language) : voiced.templates();
        return competing(
                voiced,
                templates,
                voiced.labels().stream()
                        .map(label -> new Label(label.id(), label.names(), label.prompts(), null, null))
                        .toList());
    }

    /// Returns such a label set with the labels' names as prompts.
    public static LabelSet namesAlone(LabelSet labels, String language) {
        LabelSet voiced = labels.in(language, language);
        return competing(
                voiced,
                List.of(),
                voiced.labels().stream()
                        .map(label -> Label.of(label.id(), label.names()))
                        .toList());
    }

    private static LabelSet competing(LabelSet set, List<String> templates, List<Label> labels) {
        return new LabelSet(
                set.name(),
                set.version(),
                set.promptLanguage(),
                LabelSet.Mode.EXCLUSIVE,
                5,
                0,
                templates,
                List.of(),
                labels);
    }
}
