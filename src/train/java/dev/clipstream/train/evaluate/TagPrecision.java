package dev.clipstream.train.evaluate;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// The quality of a label set's tags at a threshold, to choose the threshold by.
///
/// @param threshold  minimum probability of a tag, 0 to 1
/// @param precision  share of the tags that are true, 0 to 1; 1 without tags
/// @param recall     share of the true labels that are tagged, 0 to 1
/// @param perPicture mean number of tags per image
public record TagPrecision(double threshold, double precision, double recall, double perPicture) {
    /// Precisions for which a threshold is determined.
    static final List<Double> WANTED = List.of(0.7, 0.8, 0.9);

    /// An image and all labels that are true of it.
    ///
    /// @param vector of the image
    /// @param labels ids, at least one; all other labels of the set count as false
    public record Known(Embedding vector, Set<String> labels) {
        public Known {
            labels = Set.copyOf(labels);
        }
    }

    /// A tag as the label set assigns it without a threshold.
    private record Tag(double probability, boolean right) {}

    /// Measures tags.
    ///
    /// @param labels   the label set, with its top k; thresholds of single labels are ignored
    /// @param pictures at least one image
    /// @return the quality at the set's own threshold, followed by the smallest thresholds with a precision of 0.7,
    ///         0.8 and 0.9
    public static List<TagPrecision> of(LabelSet labels, ClipModel model, List<Known> pictures) {
        ZeroShotTagger tagger =
                ZeroShotTagger.create(unlimited(labels), model.textEncoder(), model.scoring(), model.identity());
        List<Tag> tags = new ArrayList<>();
        int truths = 0;
        for (Known picture : pictures) {
            truths += picture.labels().size();
            for (ScoredLabel tag : tagger.tag(picture.vector())) {
                tags.add(new Tag(tag.probability(), picture.labels().contains(tag.labelId())));
            }
        }
        tags.sort(Comparator.comparingDouble(Tag::probability).reversed());
        List<TagPrecision> thresholds = new ArrayList<>();
        double own = labels.threshold();
        int kept = (int) tags.stream().filter(tag -> tag.probability() >= own).count();
        thresholds.add(at(own, tags.subList(0, kept), truths, pictures.size()));
        for (double wanted : WANTED) {
            int most = mostTags(tags, wanted);
            if (most > 0) {
                double threshold = tags.get(most - 1).probability();
                thresholds.add(at(threshold, tags.subList(0, most), truths, pictures.size()));
            }
        }
        return List.copyOf(thresholds);
    }

    /// Returns how many of the most probable tags can be kept with at least the wanted precision.
    private static int mostTags(List<Tag> bestFirst, double wanted) {
        int most = 0;
        int right = 0;
        for (int i = 0; i < bestFirst.size(); i++) {
            right += bestFirst.get(i).right() ? 1 : 0;
            boolean tied = i + 1 < bestFirst.size()
                    && bestFirst.get(i + 1).probability() == bestFirst.get(i).probability();
            if (!tied && right >= wanted * (i + 1)) {
                most = i + 1;
            }
        }
        return most;
    }

    private static TagPrecision at(double threshold, List<Tag> kept, int truths, int pictures) {
        long right = kept.stream().filter(Tag::right).count();
        return new TagPrecision(
                threshold,
                kept.isEmpty() ? 1 : (double) right / kept.size(),
                (double) right / truths,
                (double) kept.size() / pictures);
    }

    private static LabelSet unlimited(LabelSet set) {
        return new LabelSet(
                set.name(),
                set.version(),
                set.language(),
                set.promptLanguage(),
                set.mode(),
                set.topK(),
                0,
                set.templates(),
                set.backgroundPrompts(),
                set.labels().stream()
                        .map(label -> new Label(label.id(), label.names(), label.prompts(), null, null))
                        .toList());
    }
}
