package dev.clipstream.index.redis.om;

import java.util.Optional;
import org.springframework.data.repository.Repository;

/// Reads the media of one index by their ids. Has no way to write: a write that does not compare versions can bring
/// back
/// what was deleted.
public interface MediaDocuments extends Repository<MediaDocument, String> {

    /// @param id the media id, with `%`, `{` and `}` as `%25`, `%7B` and `%7D`
    Optional<MediaDocument> findById(String id);

    /// @param id the media id, with `%`, `{` and `}` as `%25`, `%7B` and `%7D`
    boolean existsById(String id);
}
