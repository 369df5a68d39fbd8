package dev.clipstream.tag;

/// How much of the topic of label sets a [TaggerSnapshot] reflects. Of two instances, the one with the greater offset
/// knows more.
///
/// @param topicId id of the topic as its brokers have it; another id means that the topic was created again. Empty: the
///                snapshot reflects no topic
/// @param offset  every record below it is reflected, at least 0
public record LabelsPosition(String topicId, long offset) {
    /// The position of label sets that come from no topic.
    public static final LabelsPosition NONE = new LabelsPosition("", 0);

    /// @throws IllegalArgumentException if the offset is negative
    public LabelsPosition {
        if (offset < 0) {
            throw new IllegalArgumentException("Expected an offset of at least 0, found " + offset);
        }
    }
}
