package dev.clipstream.index;

import dev.clipstream.clip.Embedding;
import java.util.List;

/// A client that uses the server of a store directly, to measure [MediaIndex] against: it writes the same documents,
/// but without versions, tombstones and tag counts. Used by one thread. Every method throws
/// [IndexUnavailableException] if the server does not answer, or refuses.
public interface BareClient extends AutoCloseable {

    /// Writes media with one request, to keys of its own.
    void write(List<Document> documents);

    /// Finds the media nearest to a vector in the index that is measured, and reads what the index stores of them.
    ///
    /// @param limit  most media to return
    /// @param effort candidates that the search considers
    /// @return media ids, best first
    List<String> nearest(Embedding vector, int limit, int effort);

    /// Returns the memory that the whole server uses, in bytes.
    long usedBytes();

    /// Removes what this client wrote, and the index that is measured.
    @Override
    void close();

    /// A medium with its tags.
    record Document(String mediaId, Embedding vector, MediaDetails details, TagSet tags) {}
}
