package dev.clipstream.event;

/// The names of the topics.
///
/// @param uploaded input: `MediaUploaded` by media id; a null value deletes the medium
/// @param embedded output: `MediaEmbedded` by media id, compacted
/// @param tagged   output: `MediaTagged` by media id, compacted
/// @param rejected output: `MediaRejected` by the key of the rejected record
/// @param labels   input: `LabelSet` by name, compacted
public record Topics(String uploaded, String embedded, String tagged, String rejected, String labels) {

    /// The default names.
    public static final Topics DEFAULT =
            new Topics("media.uploaded", "media.embedded", "media.tagged", "media.rejected", "media.labels");
}
