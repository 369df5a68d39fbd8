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

/// Pictures of queries to vectors, by the same way as those of the stream. They go past the stream's queue: at most the
/// batch that runs is before them. Safe for use by many threads.
public final class QueryPictures {
    /// Decoding costs memory and CPU that the stream needs, too.
    private static final int AT_ONCE = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ImagePreprocessor preprocessor;
    private final ImageSession session;
    private final ConcurrencyLimit limit = new ConcurrencyLimit(AT_ONCE, PATIENCE, "embed a picture");

    /// @param preprocessor the stream's own where there is one, with which it shares its memory
    /// @param session      of the model whose index is asked; not owned
    public QueryPictures(ImagePreprocessor preprocessor, ImageSession session) {
        this.preprocessor = preprocessor;
        this.session = session;
    }

    /// The vector of a picture.
    ///
    /// @param encoded from position to limit; left as it is
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
                    e.reason().retryable() ? "try again later" : "send another picture");
        } catch (EmbeddingException e) {
            throw failed(Kind.BAD_PICTURE, e, "send another picture");
        } catch (OutOfDeviceMemoryException | DeviceLostException e) {
            throw failed(Kind.UNAVAILABLE, e, "try again later");
        }
    }

    /// Refuses bytes that do not begin as a picture within the limits.
    public void check(byte[] encoded) {
        try {
            preprocessor.check(encoded);
        } catch (ImageException e) {
            boolean large = e.reason() == RejectionReason.TOO_LARGE;
            throw failed(large ? Kind.TOO_LARGE : Kind.BAD_PICTURE, e, "send another picture");
        }
    }

    /// A small view of a picture as a JPEG.
    ///
    /// @param side pixels of its longest side
    public byte[] thumbnail(byte[] encoded, int side) {
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return JpegWriter.write(preprocessor.thumbnail(encoded, side));
        } catch (ImageException e) {
            throw failed(
                    e.reason().retryable() ? Kind.UNAVAILABLE : Kind.NO_PICTURE,
                    e,
                    e.reason().retryable() ? "try again later" : "look at the original");
        }
    }

    private static SearchException failed(Kind kind, Exception cause, String remedy) {
        return new SearchException(
                kind, "a picture that the model can embed", String.valueOf(cause.getMessage()), remedy);
    }
}
