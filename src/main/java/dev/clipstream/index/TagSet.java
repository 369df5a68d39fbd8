package dev.clipstream.index;

import java.util.List;

/// The tags that one label set gave a medium.
///
/// @param labelSet the label set's name
/// @param version  its version
/// @param tags     best first; empty: no label reached its threshold
public record TagSet(String labelSet, String version, List<IndexedTag> tags) {
    public TagSet {
        tags = List.copyOf(tags);
    }

    /// One label that a medium was given.
    ///
    /// @param labelId     the label's id in its set; what filters name
    /// @param displayName for people, in the set's language
    /// @param probability 0 to 1
    /// @param cosine      of picture and label, -1 to 1, before any scale
    public record IndexedTag(String labelId, String displayName, double probability, double cosine) {
        public IndexedTag {
            if (labelId.isEmpty() || !(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("A label id and a probability of 0 to 1 were expected, found '"
                        + labelId + "' and " + probability);
            }
        }

        /// The probability in steps of a thousandth, rounded down: what filters compare.
        public int thousandths() {
            return thousandths(probability);
        }

        public static int thousandths(double probability) {
            // a decimal such as 0.29 times 1000 may end just below a whole number
            return (int) Math.floor(probability * 1000 + 1e-9);
        }
    }
}
