package dev.clipstream.index.redis.om;

import java.util.Optional;
import org.springframework.data.repository.Repository;

/// Reads the media of one index by their ids. It cannot write, since a write that does not compare versions may
/// restore a deleted medium.
public interface MediaDocuments extends Repository<MediaDocument, String> {

    /// Reads a medium.
    ///
    /// @param id the media id, with `%`, `{` and `}` as `%25`, `%7B` and `%7D`
    Optional<MediaDocument> findById(String id);

    /// Returns whether a medium exists.
    ///
    /// @param id the media id, with `%`, `{` and `}` as `%25`, `%7B` and `%7D`
    boolean existsById(String id);
}
