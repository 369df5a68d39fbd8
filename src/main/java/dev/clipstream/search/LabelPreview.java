package dev.clipstream.search;

import dev.clipstream.label.LabelSet;
import dev.clipstream.search.MediaSearch.SampledMedium;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Compares what a changed label set would tag stored media with, and what the set that applies tags them with.
public final class LabelPreview {
    private static final int MAX_EXAMPLES = 12;

    private LabelPreview() {}

    /// What would change.
    ///
    /// @param media    number of media that were compared: the newest ones
    /// @param changed  how many of them would get other tags
    /// @param labels   the labels whose media would change, by id
    /// @param warnings about the set, see [ZeroShotTagger#warnings()]
    /// @param faults   why instances would refuse the set; empty: they would not
    public record Result(
            int media, int changed, List<ChangedLabel> labels, List<String> warnings, List<String> faults) {}

    /// The media that a label would be added to and removed from.
    ///
    /// @param addedMedia   ids of some of them, newest first
    /// @param removedMedia ids of some of them, newest first
    public record ChangedLabel(
            String label, int added, int removed, List<String> addedMedia, List<String> removedMedia) {}

    /// Compares the newest media. Encodes the prompts that are new.
    ///
    /// @param limit of the number of media
    public static Result of(Lookups lookups, LabelSet set, int limit) {
        Labelling labelling = lookups.labelling();
        TaggerSnapshot served = labelling.served();
        ZeroShotTagger after = served.find(set.name())
                .map(before -> labelling.changed(before, set))
                .orElseGet(() -> labelling.tagger(set));
        List<SampledMedium> sample = lookups.search().sampleMedia(limit);
        Map<String, Counts> counts = new TreeMap<>();
        int changed = 0;
        for (SampledMedium medium : sample) {
            Set<String> old = served.find(set.name())
                    .map(before -> ids(before.tag(medium.vector())))
                    .orElse(Set.of());
            Set<String> now = ids(after.tag(medium.vector()));
            changed += old.equals(now) ? 0 : 1;
            difference(now, old)
                    .forEach(label -> counts.computeIfAbsent(label, id -> new Counts())
                            .added
                            .add(medium.mediaId()));
            difference(old, now)
                    .forEach(label -> counts.computeIfAbsent(label, id -> new Counts())
                            .removed
                            .add(medium.mediaId()));
        }
        return new Result(
                sample.size(),
                changed,
                counts.entrySet().stream()
                        .map(one -> one.getValue().of(one.getKey()))
                        .toList(),
                after.warnings(),
                after.faults());
    }

    private static Set<String> ids(List<ScoredLabel> tags) {
        return tags.stream().map(ScoredLabel::labelId).collect(Collectors.toSet());
    }

    private static Set<String> difference(Set<String> of, Set<String> without) {
        Set<String> left = new HashSet<>(of);
        left.removeAll(without);
        return left;
    }

    private static final class Counts {
        private final List<String> added = new ArrayList<>();
        private final List<String> removed = new ArrayList<>();

        private ChangedLabel of(String label) {
            return new ChangedLabel(
                    label,
                    added.size(),
                    removed.size(),
                    List.copyOf(added.subList(0, Math.min(MAX_EXAMPLES, added.size()))),
                    List.copyOf(removed.subList(0, Math.min(MAX_EXAMPLES, removed.size()))));
        }
    }
}
