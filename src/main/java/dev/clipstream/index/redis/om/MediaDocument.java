package dev.clipstream.index.redis.om;

import com.redis.om.spring.annotations.IndexCreationMode;
import com.redis.om.spring.annotations.IndexingOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.redis.core.RedisHash;

/// A medium that is shown, as its hash in Redis holds it; `docs/redis.md` lists all fields.
///
/// One class serves the indexes of all models: the names of the index come from [MediaIndexNames], and the vector,
/// whose dimension depends on the model, is not a property. It never creates an index.
///
/// @param media_id   id of the medium, named like the field: the library reads it from there, not from the key
/// @param uri        where the image was fetched from; null if it came inline
/// @param width      of the upright image, in pixels
/// @param height     of the upright image, in pixels
/// @param uploaded   in milliseconds since 1970; an `Instant` would be stored as text, which cannot be indexed
/// @param attributes names and values of the producer's choice, a JSON object
/// @param tags       best first, a JSON array of `labelId`, `displayName`, `probability`, `cosine`; null if it is
///                   not tagged
@SuppressWarnings("MemberName")
@RedisHash
@IndexingOptions(
        indexName = "#{@mediaIndexNames.index}",
        keyPrefix = "#{@mediaIndexNames.documents}",
        creationMode = IndexCreationMode.SKIP_ALWAYS)
public record MediaDocument(
        @Id String media_id,
        @Nullable String uri,
        int width,
        int height,
        long uploaded,
        String attributes,
        @Nullable String tags) {}
