package dev.clipstream.index;

import dev.clipstream.clip.Embedding;

/// One change to one medium. A medium has two parts that are written apart and in any order, each with its own
/// versions: its vector with details, and its tags.
///
/// Tags belong to the upload that they were made of. They are kept as they come, and shown from when the vector of the
/// same upload is there until another one takes its place; so a picture never stands beside the tags of its
/// predecessor.
public sealed interface MediaWrite {

    /// The medium, not empty.
    String mediaId();

    /// How new the change is, among the changes of the same part.
    Version version();

    /// The medium was embedded.
    ///
    /// @param source  names the upload, equal for its vector and tags
    /// @param vector  of the index's model
    /// @param details what else is known
    record PutVector(String mediaId, Version version, String source, Embedding vector, MediaDetails details)
            implements MediaWrite {
        public PutVector {
            requireId(mediaId);
        }
    }

    /// The medium was tagged.
    ///
    /// @param source names the upload, equal for its vector and tags
    record PutTags(String mediaId, Version version, String source, TagSet tags) implements MediaWrite {
        public PutTags {
            requireId(mediaId);
        }
    }

    /// The medium was deleted: its vector goes, and with it the medium.
    record DeleteVector(String mediaId, Version version) implements MediaWrite {
        public DeleteVector {
            requireId(mediaId);
        }
    }

    /// The medium's tags were deleted; the medium stays until its vector goes.
    record DeleteTags(String mediaId, Version version) implements MediaWrite {
        public DeleteTags {
            requireId(mediaId);
        }
    }

    private static void requireId(String mediaId) {
        if (mediaId.isEmpty()) {
            throw new IllegalArgumentException("A media id was expected, found an empty one");
        }
    }
}
