package dev.clipstream.runtime.kafka.labels;

import dev.clipstream.label.LabelSet;
import java.time.Instant;
import java.util.Optional;

/// What an instance knows about one label set.
///
/// @param name    the set's name; of a record without a key, an empty text
/// @param applied the version that the instance tags with. Empty: none, because every version was refused
/// @param source  where that version comes from
/// @param offset  of the record on the topic; -1: the set is configured
/// @param at      the record's timestamp; empty: the set is configured
/// @param refusal of a newer version; empty: the newest one applies
public record LabelSetState(
        String name,
        Optional<LabelSet> applied,
        Source source,
        long offset,
        Optional<Instant> at,
        Optional<Refusal> refusal) {

    /// Where a label set comes from.
    public enum Source {
        TOPIC,
        /// The setting `tagging.labels`, or its default.
        CONFIGURED
    }

    /// Why a record of the topic does not apply.
    ///
    /// @param version of the refused set; empty: the record is not a label set
    /// @param message what was expected, what was found, what to do
    public record Refusal(Optional<String> version, long offset, Instant at, String message) {}
}
