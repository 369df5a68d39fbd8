package dev.clipstream.topology.topic;

/// What the stages of a topology know about their topics, and ask of their input.
///
/// @param facts           what the brokers say
/// @param rejectMisplaced whether to reject a record outside the partition of its key; otherwise it is counted and
///                        logged
public record TopicRules(TopicFacts facts, boolean rejectMisplaced) {
    /// Nothing is known and nothing is asked.
    public static final TopicRules NONE = new TopicRules(TopicFacts.UNKNOWN, false);
}
