package dev.clipstream.index;

import dev.clipstream.index.TagSet.IndexedTag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which media are wanted. All of it must hold; the model is a choice of index, not a filter.
///
/// @param allTags        label ids that it must have, every one; empty: no matter
/// @param anyTags        label ids of which it must have at least one; empty: no matter
/// @param noTags         label ids of which it may have none
/// @param minProbability what makes a tag count, in all three: at least this probability, 0 to 1. Both sides are
///                       compared in thousandths, rounded down
/// @param uploadedFrom   uploaded then or later; null: no matter
/// @param uploadedBefore uploaded earlier; null: no matter
/// @param attributes     attributes that it must have with exactly these values; empty: no matter
/// @param labelSet       tagged by this label set; null: no matter
public record MediaFilter(
        Set<String> allTags,
        Set<String> anyTags,
        Set<String> noTags,
        double minProbability,
        @Nullable Instant uploadedFrom,
        @Nullable Instant uploadedBefore,
        Map<String, String> attributes,
        @Nullable String labelSet) {

    /// Everything.
    public static final MediaFilter ALL = new MediaFilter(Set.of(), Set.of(), Set.of(), 0, null, null, Map.of(), null);

    public MediaFilter {
        if (!(minProbability >= 0 && minProbability <= 1)) {
            throw new IllegalArgumentException("A probability of 0 to 1 was expected, found " + minProbability);
        }
        allTags = Set.copyOf(allTags);
        anyTags = Set.copyOf(anyTags);
        noTags = Set.copyOf(noTags);
        attributes = Map.copyOf(attributes);
    }

    /// With these tags demanded.
    public MediaFilter withTags(Set<String> all, Set<String> any, Set<String> none) {
        return new MediaFilter(all, any, none, minProbability, uploadedFrom, uploadedBefore, attributes, labelSet);
    }

    /// With this probability as what makes a tag count.
    public MediaFilter withMinProbability(double least) {
        return new MediaFilter(allTags, anyTags, noTags, least, uploadedFrom, uploadedBefore, attributes, labelSet);
    }

    /// With bounds of the upload.
    ///
    /// @param from   null: none
    /// @param before null: none
    public MediaFilter withUploaded(@Nullable Instant from, @Nullable Instant before) {
        return new MediaFilter(allTags, anyTags, noTags, minProbability, from, before, attributes, labelSet);
    }

    /// With these attributes demanded.
    public MediaFilter withAttributes(Map<String, String> values) {
        return new MediaFilter(
                allTags, anyTags, noTags, minProbability, uploadedFrom, uploadedBefore, values, labelSet);
    }

    /// With this label set demanded.
    public MediaFilter withLabelSet(String name) {
        return new MediaFilter(
                allTags, anyTags, noTags, minProbability, uploadedFrom, uploadedBefore, attributes, name);
    }

    /// Whether it keeps everything.
    public boolean keepsAll() {
        return allTags.isEmpty()
                && anyTags.isEmpty()
                && noTags.isEmpty()
                && uploadedFrom == null
                && uploadedBefore == null
                && attributes.isEmpty()
                && labelSet == null;
    }

    /// Whether a medium is wanted.
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
                                .map(TagSet::labelSet)
                                .filter(labelSet::equals)
                                .isPresent());
    }

    private boolean has(List<IndexedTag> tags, String label) {
        return tags.stream().anyMatch(tag -> tag.labelId().equals(label) && tag.thousandths() >= leastThousandths());
    }

    /// The smallest probability that makes a tag count, in thousandths.
    public int leastThousandths() {
        return IndexedTag.thousandths(minProbability);
    }

    private static Instant millis(Instant time) {
        return Instant.ofEpochMilli(time.toEpochMilli());
    }
}
