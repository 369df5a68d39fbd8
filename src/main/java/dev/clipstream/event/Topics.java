package dev.clipstream.event;

import java.util.List;
import java.util.Set;

/// The names of the topics.
///
/// @param uploaded input: `MediaUploaded` by media id; a null value deletes the medium
/// @param backfill input: the same events, which yield to those of `uploaded`. Empty: not used
/// @param embedded output: `MediaEmbedded` by media id, compacted
/// @param tagged   output: `MediaTagged` by media id, compacted
/// @param rejected output: `MediaRejected` by the key of the rejected record
/// @param labels   input: `LabelSet` by name, compacted, of one partition
/// @param feedback input: `MediaFeedback` by media id
/// @param alerts   output: `MediaAlert` by media id
public record Topics(
        String uploaded,
        String backfill,
        String embedded,
        String tagged,
        String rejected,
        String labels,
        String feedback,
        String alerts) {

    /// The default names.
    public static final Topics DEFAULT = new Topics(
            "media.uploaded",
            "media.backfill",
            "media.embedded",
            "media.tagged",
            "media.rejected",
            "media.labels",
            "media.feedback",
            "media.alerts");

    /// Returns the topics of uploads and deletions: `uploaded`, then `backfill` if it is used.
    public List<String> uploads() {
        return backfill.isEmpty() ? List.of(uploaded) : List.of(uploaded, backfill);
    }

    /// Returns the topics of uploads that yield to others: `backfill` if it is used.
    public Set<String> yielding() {
        return backfill.isEmpty() ? Set.of() : Set.of(backfill);
    }
}
