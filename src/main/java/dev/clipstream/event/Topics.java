package dev.clipstream.event;

/// The topics' names: the one place where they stand.
///
/// @param uploaded in: `MediaUploaded` by media id; a null value deletes
/// @param embedded out: `MediaEmbedded` by media id, compacted
/// @param tagged   out: `MediaTagged` by media id, compacted
/// @param rejected out: `MediaRejected` by the rejected record's key
/// @param labels   in: `LabelSet` by name, compacted
public record Topics(String uploaded, String embedded, String tagged, String rejected, String labels) {

    /// The names that the documentation uses.
    public static final Topics DEFAULT =
            new Topics("media.uploaded", "media.embedded", "media.tagged", "media.rejected", "media.labels");
}
