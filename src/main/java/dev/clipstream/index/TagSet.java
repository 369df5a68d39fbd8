package dev.clipstream.index;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tags of a medium by all label sets.
///
/// @param labelSet  name of the primary label set
/// @param version   version of the primary label set
/// @param tags      those of the primary label set first; within a set, best first; empty if no label reached its
///                  threshold
/// @param labelSets the versions of all label sets that the medium was tagged with, by name, the primary one first,
///                  also of those that gave it no tag
public record TagSet(String labelSet, String version, List<IndexedTag> tags, Map<String, String> labelSets) {
    /// Completes what indexes of earlier versions do not hold: they know one label set.
    public TagSet {
        String primary = labelSet;
        tags = tags.stream()
                .map(tag -> tag.labelSet() == null ? tag.of(primary) : tag)
                .toList();
        Map<String, String> sets = new LinkedHashMap<>();
        sets.put(labelSet, version);
        labelSets.forEach(sets::putIfAbsent);
        labelSets = Collections.unmodifiableMap(sets);
    }

    /// Creates the tags of one label set.
    public TagSet(String labelSet, String version, List<IndexedTag> tags) {
        this(labelSet, version, tags, Map.of());
    }

    /// A label that applies to a medium.
    ///
    /// @param labelId     id of the label in its set; filters use it
    /// @param displayName for people, in the language of the set
    /// @param probability 0 to 1
    /// @param cosine      of the vectors of image and label, -1 to 1, before the logit scale
    /// @param labelSet    name of the label's set; null only until the tag is part of a [TagSet]
    /// @param derivedFrom id of the narrower label whose probability this tag has; null if the label reached its own
    ///                    threshold
    public record IndexedTag(
            String labelId,
            String displayName,
            double probability,
            double cosine,
            @Nullable String labelSet,
            @Nullable String derivedFrom) {
        public IndexedTag {
            if (labelId.isEmpty() || !(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "Expected a label id and a probability of 0 to 1, found '" + labelId + "' and " + probability);
            }
        }

        /// Creates a tag of the primary label set.
        public IndexedTag(String labelId, String displayName, double probability, double cosine) {
            this(labelId, displayName, probability, cosine, null, null);
        }

        private IndexedTag of(String set) {
            return new IndexedTag(labelId, displayName, probability, cosine, set, derivedFrom);
        }

        /// Returns the same tag with another name for people.
        public IndexedTag named(String name) {
            return new IndexedTag(labelId, name, probability, cosine, labelSet, derivedFrom);
        }

        /// Returns the probability in thousandths, rounded down, as filters compare it.
        public int thousandths() {
            return thousandths(probability);
        }

        /// Returns a probability in thousandths, rounded down.
        public static int thousandths(double probability) {
            // a decimal such as 0.29 times 1000 may be just below a whole number
            return (int) Math.floor(probability * 1000 + 1e-9);
        }
    }
}
