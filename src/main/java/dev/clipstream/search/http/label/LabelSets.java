package dev.clipstream.search.http.label;

import dev.clipstream.label.LabelSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The label sets of an instance, and their topic. Thread-safe.
///
/// Every method that changes or reads the topic throws [dev.clipstream.search.SearchException]: `UNAVAILABLE` if the
/// brokers do not answer in time, `LABELS_CHANGED` if the topic has another version than expected, `SAME_VERSION` if
/// the version is taken by another content, and `NO_LABEL_SET` if there is nothing to remove.
public interface LabelSets {

    /// A label set as the instance has it.
    ///
    /// @param applied what the instance tags with; empty: every version was refused
    /// @param onTopic whether that version comes from the topic, and not from the setting `tagging.labels`
    /// @param offset  of its record; -1: none
    /// @param at      the record's timestamp
    /// @param refusal of a newer version
    record Entry(
            String name,
            Optional<LabelSet> applied,
            boolean onTopic,
            long offset,
            Optional<Instant> at,
            Optional<Refusal> refusal) {}

    /// Why a version does not apply.
    ///
    /// @param version empty: the record is no label set
    record Refusal(Optional<String> version, long offset, Instant at, String message) {}

    /// A change of the topic.
    ///
    /// @param offset  of the record; -1: nothing was written, because the topic has that content
    /// @param applied whether this instance has taken it
    record Changed(long offset, boolean applied) {}

    /// How far the media of a partition are tagged again.
    ///
    /// @param remainingSeconds null: not known yet
    record Progress(
            int partition,
            boolean done,
            long media,
            long total,
            long published,
            long offset,
            @Nullable Double remainingSeconds) {}

    /// Returns the label sets and standing queries, by name.
    List<Entry> all();

    /// Returns the label sets that apply, the primary one first.
    List<LabelSet> applied();

    /// Writes a label set, after the checks that all instances make.
    ///
    /// @param expectedVersion that the topic has now; empty: none. Null: any
    Changed put(LabelSet set, @Nullable String expectedVersion);

    /// Removes a label set from the topic.
    ///
    /// @param expectedVersion that the topic has now; null: any
    Changed delete(String name, @Nullable String expectedVersion);

    /// Returns the progress of each partition. Empty: no instance of the topology `tagging` has run.
    List<Progress> progress();
}
