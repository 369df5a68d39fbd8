package dev.clipstream.search;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.region.HeatMap;
import dev.clipstream.region.HeatMapImage;
import dev.clipstream.region.ModelView;
import dev.clipstream.region.OccludedImage;
import dev.clipstream.region.Occlusion;
import dev.clipstream.region.OcclusionVectors;
import dev.clipstream.search.SearchException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Embeds the images of queries in the same way as the embedding topology.
///
/// Images of queries bypass the topology's queue: they wait at most for the batch that is running. Small images go
/// first, and images of queries have fewer pixels than uploads, because a person waits for the answer. Thread-safe.
public final class QueryPictures {
    /// Bounds decoding, which uses memory and CPU that the topologies need.
    private static final int MAX_CONCURRENT = 2;

    private static final int MAX_WAITING = 8;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ImagePreprocessor preprocessor;
    private final Preprocessing model;
    private final ImageSession session;
    private final long maxPixels;
    private final ConcurrencyLimit limit = new ConcurrencyLimit(MAX_CONCURRENT, MAX_WAITING, TIMEOUT, "embed an image");
    /// @param preprocessor that of the embedding topology if this instance runs it, so that they share a memory
    ///     limit
    /// @param model        what the model requires, as the preprocessor does it
    /// @param session      a session of the model whose index is searched; not closed by this class
    /// @param maxPixels    the most pixels of an image of a query, at least 1
    public QueryPictures(ImagePreprocessor preprocessor, Preprocessing model, ImageSession session, long maxPixels) {
        this.preprocessor = preprocessor;
        this.model = model;
        this.session = session;
        this.maxPixels = maxPixels;
    }

    /// Returns the vector of an image.
    ///
    /// @param encoded the encoded image, from position to limit; not modified
    Embedding embed(ByteBuffer encoded) {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.duplicate().get(bytes);
        try (ConcurrencyLimit.Permit _ = limit.acquire(cost(bytes))) {
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

    /// Returns the vectors of a stored image and of its covered copies, which are computed in one batch of 50.
    ///
    /// @param encoded the encoded image of a medium
    OccludedImage occlude(byte[] encoded) {
        try {
            PreparedImage prepared;
            try (ConcurrencyLimit.Permit _ = limit.acquire(preprocessor.check(encoded))) {
                prepared = preprocessor.prepare(encoded);
            }
            List<RgbImage> batch = new ArrayList<>();
            batch.add(prepared.modelInput());
            batch.addAll(Occlusion.inputs(prepared.modelInput()));
            List<Embedding> vectors = session.run(batch);
            return new OccludedImage(
                    vectors.getFirst(),
                    OcclusionVectors.of(vectors.subList(1, vectors.size())),
                    ModelView.of(model, prepared.width(), prepared.height()));
        } catch (ImageException e) {
            throw failed(
                    e.reason().retryable() ? Kind.UNAVAILABLE : Kind.NO_PICTURE,
                    e,
                    e.reason().retryable() ? "try again later" : "upload the image again");
        } catch (EmbeddingException e) {
            throw failed(Kind.NO_PICTURE, e, "upload another image");
        } catch (OutOfDeviceMemoryException | DeviceLostException e) {
            throw failed(Kind.UNAVAILABLE, e, "try again later");
        }
    }

    /// Returns the number of pixels, in proportion to which decoding takes time.
    private long cost(byte[] encoded) throws ImageException {
        long pixels = preprocessor.check(encoded);
        if (pixels > maxPixels) {
            throw new SearchException(
                    Kind.TOO_LARGE,
                    "an image of at most " + maxPixels + " pixels in a query",
                    "one of " + pixels,
                    "send a smaller one, or raise search.max-pixels");
        }
        return pixels;
    }

    /// Checks that bytes start like an image within the limits.
    public void check(byte[] encoded) {
        try {
            var _ = preprocessor.check(encoded);
        } catch (ImageException e) {
            boolean large = e.reason() == RejectionReason.TOO_LARGE;
            throw failed(large ? Kind.TOO_LARGE : Kind.BAD_PICTURE, e, "send another image");
        }
    }

    /// Returns the media type of an encoded image of any size, or empty if its header is not one of a supported format.
    public Optional<String> mediaType(byte[] encoded) {
        try {
            var _ = preprocessor.check(encoded);
        } catch (ImageException e) {
            if (e.reason() != RejectionReason.TOO_LARGE) {
                return Optional.empty();
            }
        }
        return preprocessor.format(encoded).map(format -> "image/" + format.toLowerCase(Locale.ROOT));
    }

    /// Returns a thumbnail of an image, as a JPEG.
    ///
    /// @param side the longest side, in pixels
    public byte[] thumbnail(byte[] encoded, int side) {
        return JpegWriter.write(view(encoded, side));
    }

    /// Returns a heat map over a small view of an image, with a box, as a JPEG.
    ///
    /// @param view the part of the image that the map is of
    /// @param side the longest side, in pixels
    public byte[] heatMap(byte[] encoded, HeatMap map, ModelView view, int side) {
        RgbImage drawn = HeatMapImage.draw(view(encoded, side), map, view);
        return JpegWriter.write(HeatMapImage.outline(drawn, map.box().map(view::inImage)));
    }

    private RgbImage view(byte[] encoded, int side) {
        try (ConcurrencyLimit.Permit _ = limit.acquire(preprocessor.check(encoded))) {
            return preprocessor.thumbnail(encoded, side);
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
