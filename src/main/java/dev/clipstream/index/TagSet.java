package dev.clipstream.index;

import java.util.List;

/// The tags of a medium by one label set.
///
/// @param labelSet name of the label set
/// @param version  version of the label set
/// @param tags     best first; empty if no label reached its threshold
public record TagSet(String labelSet, String version, List<IndexedTag> tags) {
    public TagSet {
        tags = List.copyOf(tags);
    }

    /// A label that applies to a medium.
    ///
    /// @param labelId     id of the label in its set; filters use it
    /// @param displayName for people, in the language of the set
    /// @param probability 0 to 1
    /// @param cosine      of the vectors of image and label, -1 to 1, before the logit scale
    public record IndexedTag(String labelId, String displayName, double probability, double cosine) {
        public IndexedTag {
            if (labelId.isEmpty() || !(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "Expected a label id and a probability of 0 to 1, found '" + labelId + "' and " + probability);
            }
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
