package dev.clipstream.search;

/// Publishes people's verdicts about the labels of media. Thread-safe.
public interface MediaVerdicts {

    /// A verdict.
    ///
    /// @param mediaId         not empty
    /// @param labelSet        name of the label set
    /// @param labelId         the label's id in that set
    /// @param right           whether the medium shows the label
    /// @param by              who says so; empty: not said
    /// @param labelSetVersion version of the set that the person saw; empty: not known
    record Verdict(String mediaId, String labelSet, String labelId, boolean right, String by, String labelSetVersion) {}

    /// The position of an event that all in-sync replicas have acknowledged.
    record Accepted(String mediaId, String topic, int partition, long offset) {}

    /// Publishes a verdict.
    ///
    /// @throws SearchException `UNAVAILABLE` if the brokers do not acknowledge the event in time
    Accepted give(Verdict verdict);
}
