package dev.clipstream.event;

/// Tags of records as they were before there were several label sets.
public final class TagRecords {
    private TagRecords() {}

    /// Returns a tag without label set, derivation and regions.
    public static Tag tag(String labelId, String displayName, double probability, double cosine) {
        return Tag.newBuilder()
                .setLabelId(labelId)
                .setDisplayName(displayName)
                .setProbability(probability)
                .setCosine(cosine)
                .build();
    }
}
