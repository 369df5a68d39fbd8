package dev.clipstream.index;

import dev.clipstream.index.TagSet.IndexedTag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Selects media: a medium matches if it meets every condition. The model is chosen with the index, not by a filter.
///
/// @param allTags        label ids that the medium has in any of its label sets, every one of them; empty for no
///                       condition
/// @param anyTags        label ids of which the medium has at least one; empty for no condition
/// @param noTags         label ids of which the medium has none; empty for no condition
/// @param minProbability smallest probability at which a medium has a tag, 0 to 1, for all three sets. Probabilities
///                       are compared in thousandths, rounded down
/// @param uploadedFrom   earliest time of the upload, inclusive; null for no bound
/// @param uploadedBefore latest time of the upload, exclusive; null for no bound
/// @param attributes     attributes that the medium has with exactly these values; empty for no condition
/// @param labelSet       name of a label set that the medium was tagged with; null for no condition
public record MediaFilter(
        Set<String> allTags,
        Set<String> anyTags,
        Set<String> noTags,
        double minProbability,
        @Nullable Instant uploadedFrom,
        @Nullable Instant uploadedBefore,
        Map<String, String> attributes,
        @Nullable String labelSet) {

    /// Matches every medium.
    public static final MediaFilter ALL = new MediaFilter(Set.of(), Set.of(), Set.of(), 0, null, null, Map.of(), null);

    public MediaFilter {
        if (!(minProbability >= 0 && minProbability <= 1)) {
            throw new IllegalArgumentException("Expected a minimum probability of 0 to 1, found " + minProbability);
        }
        allTags = Set.copyOf(allTags);
        anyTags = Set.copyOf(anyTags);
        noTags = Set.copyOf(noTags);
        attributes = Map.copyOf(attributes);
    }

    /// Returns this filter with other conditions on tags.
    public MediaFilter withTags(Set<String> all, Set<String> any, Set<String> none) {
        return new MediaFilter(all, any, none, minProbability, uploadedFrom, uploadedBefore, attributes, labelSet);
    }

    /// Returns this filter with another smallest probability of tags.
    public MediaFilter withMinProbability(double least) {
        return new MediaFilter(allTags, anyTags, noTags, least, uploadedFrom, uploadedBefore, attributes, labelSet);
    }

    /// Returns this filter with other bounds of the upload.
    ///
    /// @param from   inclusive; null for no bound
    /// @param before exclusive; null for no bound
    public MediaFilter withUploaded(@Nullable Instant from, @Nullable Instant before) {
        return new MediaFilter(allTags, anyTags, noTags, minProbability, from, before, attributes, labelSet);
    }

    /// Returns this filter with other attributes.
    public MediaFilter withAttributes(Map<String, String> values) {
        return new MediaFilter(
                allTags, anyTags, noTags, minProbability, uploadedFrom, uploadedBefore, values, labelSet);
    }

    /// Returns this filter with another label set.
    public MediaFilter withLabelSet(String name) {
        return new MediaFilter(
                allTags, anyTags, noTags, minProbability, uploadedFrom, uploadedBefore, attributes, name);
    }

    /// Returns whether every medium matches.
    public boolean matchesAll() {
        return allTags.isEmpty()
                && anyTags.isEmpty()
                && noTags.isEmpty()
                && uploadedFrom == null
                && uploadedBefore == null
                && attributes.isEmpty()
                && labelSet == null;
    }

    /// Returns whether a medium matches.
    public boolean matches(IndexedMedia media) {
        List<IndexedTag> tags = media.tags().map(TagSet::tags).orElse(List.of());
        Instant uploaded = media.details().uploadedAt();
        return allTags.stream().allMatch(label -> has(tags, label))
                && (anyTags.isEmpty() || anyTags.stream().anyMatch(label -> has(tags, label)))
                && noTags.stream().noneMatch(label -> has(tags, label))
                && (uploadedFrom == null || !uploaded.isBefore(millis(uploadedFrom)))
                && (uploadedBefore == null || uploaded.isBefore(millis(uploadedBefore)))
                && media.details().attributes().entrySet().containsAll(attributes.entrySet())
                && (labelSet == null
                        || media.tags()
                                .filter(found -> found.labelSets().containsKey(labelSet))
                                .isPresent());
    }

    private boolean has(List<IndexedTag> tags, String label) {
        return tags.stream().anyMatch(tag -> tag.labelId().equals(label) && tag.thousandths() >= minThousandths());
    }

    /// Returns the smallest probability at which a medium has a tag, in thousandths.
    public int minThousandths() {
        return IndexedTag.thousandths(minProbability);
    }

    private static Instant millis(Instant time) {
        return Instant.ofEpochMilli(time.toEpochMilli());
    }
}
