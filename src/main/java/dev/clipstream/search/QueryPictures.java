package dev.clipstream.search;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.search.SearchException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Embeds the images of queries in the same way as the embedding topology.
///
/// Images of queries bypass the topology's queue: they wait at most for the batch that is running. Thread-safe.
public final class QueryPictures {
    /// Bounds decoding, which uses memory and CPU that the topologies need.
    private static final int MAX_CONCURRENT = 2;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ImagePreprocessor preprocessor;
    private final ImageSession session;
    private final ConcurrencyLimit limit = new ConcurrencyLimit(MAX_CONCURRENT, TIMEOUT, "embed an image");

    /// @param preprocessor that of the embedding topology if this instance runs it, so that they share a memory
    ///     limit
    /// @param session      a session of the model whose index is searched; not closed by this class
    public QueryPictures(ImagePreprocessor preprocessor, ImageSession session) {
        this.preprocessor = preprocessor;
        this.session = session;
    }

    /// Returns the vector of an image.
    ///
    /// @param encoded the encoded image, from position to limit; not modified
    Embedding embed(ByteBuffer encoded) {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.duplicate().get(bytes);
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return session.run(List.of(preprocessor.prepare(bytes).modelInput()))
                    .getFirst();
        } catch (ImageException e) {
            throw failed(
                    e.reason().retryable() ? Kind.UNAVAILABLE : Kind.BAD_PICTURE,
                    e,
                    e.reason().retryable() ? "try again later" : "send another image");
        } catch (EmbeddingException e) {
            throw failed(Kind.BAD_PICTURE, e, "send another image");
        } catch (OutOfDeviceMemoryException | DeviceLostException e) {
            throw failed(Kind.UNAVAILABLE, e, "try again later");
        }
    }

    /// Checks that bytes start like an image within the limits.
    public void check(byte[] encoded) {
        try {
            preprocessor.check(encoded);
        } catch (ImageException e) {
            boolean large = e.reason() == RejectionReason.TOO_LARGE;
            throw failed(large ? Kind.TOO_LARGE : Kind.BAD_PICTURE, e, "send another image");
        }
    }

    /// Returns the media type of an encoded image by its first bytes, or empty if it is of no supported format.
    public Optional<String> mediaType(byte[] encoded) {
        return preprocessor.format(encoded).map(format -> "image/" + format.toLowerCase(Locale.ROOT));
    }

    /// Returns a thumbnail of an image, as a JPEG.
    ///
    /// @param side the longest side, in pixels
    public byte[] thumbnail(byte[] encoded, int side) {
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return JpegWriter.write(preprocessor.thumbnail(encoded, side));
        } catch (ImageException e) {
            throw failed(
                    e.reason().retryable() ? Kind.UNAVAILABLE : Kind.NO_PICTURE,
                    e,
                    e.reason().retryable() ? "try again later" : "open the original");
        }
    }

    private static SearchException failed(Kind kind, Exception cause, String remedy) {
        return new SearchException(
                kind, "an image that the model can embed", String.valueOf(cause.getMessage()), remedy);
    }
}
