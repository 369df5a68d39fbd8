package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import java.nio.ByteBuffer;

/// One thing that the media should be like, or unlike.
///
/// @param like   what
/// @param weight how much, next to the other parts: above 0 like it, below 0 unlike it; at most [#HEAVIEST] either way
public record QueryPart(Likeness like, double weight) {
    /// The largest weight.
    public static final double HEAVIEST = 100;

    /// What has a vector.
    public sealed interface Likeness {}

    /// What a text tells.
    ///
    /// @param text not blank; what is longer than the model reads is cut
    public record Text(String text) implements Likeness {}

    /// A medium of the index.
    public record Medium(String mediaId) implements Likeness {}

    /// A picture that is not in the index.
    ///
    /// @param encoded JPEG, PNG, WebP, GIF, BMP or TIFF, from position to limit; read only
    public record Picture(ByteBuffer encoded) implements Likeness {}

    /// A vector of the index's model.
    public record Vector(Embedding vector) implements Likeness {}

    public QueryPart {
        if (!(Math.abs(weight) <= HEAVIEST) || weight == 0) {
            throw SearchException.badQuery(
                    "a weight of -100 to 100 that is not 0", "" + weight, "leave out what has no weight");
        }
    }
}
