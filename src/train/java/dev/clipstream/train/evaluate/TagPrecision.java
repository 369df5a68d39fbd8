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

/// How good the tags of a label set are at a threshold, which is what its threshold is chosen by.
///
/// @param threshold  smallest probability of a tag, 0 to 1
/// @param precision  part of the tags that are true, 0 to 1; 1 if there is no tag
/// @param recall     part of the true labels that are tagged, 0 to 1
/// @param perPicture tags of a picture, on average
public record TagPrecision(double threshold, double precision, double recall, double perPicture) {
    /// Parts of true tags that a threshold is looked for.
    static final List<Double> WANTED = List.of(0.7, 0.8, 0.9);

    /// A picture and all labels that are true of it.
    ///
    /// @param vector of the picture
    /// @param labels ids, at least one; all others of the set are held to be false
    public record Known(Embedding vector, Set<String> labels) {
        public Known {
            labels = Set.copyOf(labels);
        }
    }

    /// A tag as the label set would give it at no threshold.
    private record Tag(double probability, boolean right) {}

    /// @param labels   whose threshold is asked about, with its top k; thresholds of single labels play no part
    /// @param pictures at least one
    /// @return at the set's own threshold, then at the smallest ones at which 0.7, 0.8 and 0.9
    ///         of the tags are true
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

    /// How many of the most probable tags can be kept so that the wanted part is right: as many as possible.
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
                        .map(label -> new Label(label.id(), label.names(), label.prompts(), null, label.parent()))
                        .toList());
    }
}
