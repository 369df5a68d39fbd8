package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import java.nio.ByteBuffer;

/// One input of a query, with its weight.
///
/// @param input  what the media are compared with
/// @param weight the factor of its vector in the query's vector: positive for similar media, negative for
///     dissimilar ones; not 0, and at most [#MAX_WEIGHT] in absolute value
public record QueryPart(Input input, double weight) {
    /// The largest absolute weight.
    public static final double MAX_WEIGHT = 100;

    /// Something that has a vector.
    public sealed interface Input {}

    /// A description of the image.
    ///
    /// @param text not blank; truncated to the model's context length
    public record Text(String text) implements Input {}

    /// A medium of the index.
    public record Medium(String mediaId) implements Input {}

    /// An image that is not in the index.
    ///
    /// @param encoded JPEG, PNG, WebP, GIF, BMP or TIFF, from position to limit; not modified
    public record Image(ByteBuffer encoded) implements Input {}

    /// A vector of the model of the index.
    public record Vector(Embedding vector) implements Input {}

    public QueryPart {
        if (!(Math.abs(weight) <= MAX_WEIGHT) || weight == 0) {
            throw SearchException.badQuery(
                    "a weight from -100 to 100, other than 0", "" + weight, "leave out parts without a weight");
        }
    }
}
