package dev.clipstream.index.redis.om;

import com.redis.om.spring.annotations.IndexCreationMode;
import com.redis.om.spring.annotations.IndexingOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.redis.core.RedisHash;

/// A medium that is shown, as its hash in Redis has it; `docs/redis.md` tells all fields.
///
/// One class for the index of whatever model: its names come from [MediaIndexNames], and its vector, whose dimension is
/// the model's, is no property. Never creates an index.
///
/// @param media_id   its identity, named as the hash has it: the library reads it from there, not from the key
/// @param uri        where the picture was fetched from; null: it came inline
/// @param width      of the picture as seen, in pixels
/// @param height     of the picture as seen, in pixels
/// @param uploaded   in milliseconds since 1970; a point in time would be stored as a text, which is not indexed
/// @param attributes the producer's own names and values, a JSON object
/// @param tags       best first, a JSON array of `labelId`, `displayName`, `probability`, `cosine`; null: not tagged
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
