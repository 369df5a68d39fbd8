package dev.clipstream.search.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.QueryPictures;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/// Small views of media, made of the original when first asked for and kept for a while.
@RestController
public final class ThumbnailController {
    private static final int USUAL_SIDE = 256;
    private static final int LEAST_SIDE = 32;
    private static final int MOST_SIDE = 512;
    private static final long MOST_KEPT_BYTES = 32L << 20;
    private static final int AT_ONCE = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FRESH = Duration.ofHours(1);

    private final Optional<LiveLookups> lookups;
    private final Originals originals;
    // before a picture is read: those that wait hold nothing
    private final ConcurrencyLimit limit = new ConcurrencyLimit(AT_ONCE, PATIENCE, "show a picture");
    private final Cache<String, byte[]> known = Caffeine.newBuilder()
            .maximumWeight(MOST_KEPT_BYTES)
            .weigher((String key, byte[] jpeg) -> jpeg.length)
            .build();

    /// @param lookups empty: this instance has no index
    public ThumbnailController(Optional<LiveLookups> lookups, Originals originals) {
        this.lookups = lookups;
        this.originals = originals;
    }

    @GetMapping(path = "/v1/media/{mediaId}/thumbnail", produces = MediaType.IMAGE_JPEG_VALUE)
    ResponseEntity<byte[]> thumbnail(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        int side = fields.whole("size", USUAL_SIDE, LEAST_SIDE, MOST_SIDE);
        fields.requireAllRead();
        Lookups asked = lookups.orElseThrow(SearchException::noIndex).get();
        IndexedMedia media = asked.search().medium(mediaId);
        String version = Integer.toHexString(media.source().hashCode()) + "-" + side;
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok()
                .eTag(version)
                .cacheControl(CacheControl.maxAge(FRESH).cachePrivate())
                .contentType(MediaType.IMAGE_JPEG);
        if (new ServletWebRequest(request).checkNotModified("\"" + version + "\"")) {
            return ResponseEntity.status(304).eTag(version).build();
        }
        String key = media.source() + " " + side;
        byte[] jpeg = known.getIfPresent(key);
        if (jpeg == null) {
            jpeg = make(asked.pictures(), media, side);
            known.put(key, jpeg);
        }
        return answer.body(jpeg);
    }

    private byte[] make(QueryPictures pictures, IndexedMedia media, int side) {
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            byte[] original = originals
                    .read(media)
                    .orElseThrow(() -> noPicture("nothing at its place in the topic of uploads, and no URI"));
            return pictures.thumbnail(original, side);
        } catch (IOException e) {
            throw noPicture(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SearchException(Kind.UNAVAILABLE, "a picture", "that this instance is stopping", "try again");
        }
    }

    private static SearchException noPicture(String found) {
        return new SearchException(
                Kind.NO_PICTURE,
                "the picture as it was uploaded",
                found,
                "keep the topic of uploads for longer, or allow what the URI needs (fetch.allowed-roots,"
                        + " fetch.allowed-networks)");
    }
}
