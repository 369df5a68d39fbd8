package dev.clipstream.index;

import dev.clipstream.clip.Embedding;

/// A change to one medium. A medium has two parts: its vector with details, and its tags. Each part is written on
/// its own, in any order, and has its own versions.
///
/// Tags belong to the upload that they were derived from. The index stores them when they arrive, and shows them
/// while the vector of the same upload is there. So an image is never shown with the tags of its predecessor.
public sealed interface MediaWrite {

    /// The id of the medium, not empty.
    String mediaId();

    /// The version of the change, among the changes of the same part.
    Version version();

    /// Puts the vector of a medium.
    ///
    /// @param source  names the upload, equal for its vector and its tags
    /// @param vector  of the model of the index
    /// @param details of the same upload
    record PutVector(String mediaId, Version version, String source, Embedding vector, MediaDetails details)
            implements MediaWrite {
        public PutVector {
            requireId(mediaId);
        }
    }

    /// Puts the tags of a medium.
    ///
    /// @param source names the upload, equal for its vector and its tags
    record PutTags(String mediaId, Version version, String source, TagSet tags) implements MediaWrite {
        public PutTags {
            requireId(mediaId);
        }
    }

    /// Deletes the vector, and so the medium.
    record DeleteVector(String mediaId, Version version) implements MediaWrite {
        public DeleteVector {
            requireId(mediaId);
        }
    }

    /// Deletes the tags. The medium stays as long as it has a vector.
    record DeleteTags(String mediaId, Version version) implements MediaWrite {
        public DeleteTags {
            requireId(mediaId);
        }
    }

    private static void requireId(String mediaId) {
        if (mediaId.isEmpty()) {
            throw new IllegalArgumentException("Expected a media id, found an empty one");
        }
    }
}
