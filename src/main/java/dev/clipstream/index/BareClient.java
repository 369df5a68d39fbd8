package dev.clipstream.index;

import dev.clipstream.clip.Embedding;
import java.util.List;

/// What a client would do that writes the same documents into the same server and asks it directly: no versions, no
/// tombstones, no counts of tags. What [MediaIndex] is measured against. Used by one thread.
public interface BareClient extends AutoCloseable {

    /// Writes media in one pipeline, to keys of its own.
    ///
    /// @throws IndexUnavailableException if the server is away or refuses
    void write(List<Document> documents);

    /// The ids of the media nearest to a vector with what is shown of them, asked of the index that is measured.
    ///
    /// @param limit  most media
    /// @param effort candidates that the search weighs
    /// @throws IndexUnavailableException if the server is away or refuses
    List<String> nearest(Embedding vector, int limit, int effort);

    /// What the whole server has in memory, in bytes.
    ///
    /// @throws IndexUnavailableException if the server is away or refuses
    long usedBytes();

    /// Removes what it wrote, and the index that is measured.
    ///
    /// @throws IndexUnavailableException if the server is away or refuses
    @Override
    void close();

    /// A medium with its tags.
    record Document(String mediaId, Embedding vector, MediaDetails details, TagSet tags) {}
}
