package dev.clipstream.search.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.QueryPictures;
import dev.clipstream.search.SearchException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/// Serves thumbnails of media, which are created from the originals on demand and cached.
@RestController
public final class ThumbnailController {
    private static final int DEFAULT_SIDE = 256;
    private static final int MIN_SIDE = 32;
    private static final int MAX_SIDE = 1024;
    private static final long MAX_CACHE_BYTES = 32L << 20;
    private static final int MAX_CONCURRENT = 2;
    private static final int MAX_WAITING = 24;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MAX_AGE = Duration.ofHours(1);

    private final Optional<LiveLookups> lookups;
    private final Originals originals;
    // acquired before an image is read, so that waiting requests hold no memory
    private final ConcurrencyLimit limit =
            new ConcurrencyLimit(MAX_CONCURRENT, MAX_WAITING, TIMEOUT, "create a thumbnail");
    private final Cache<String, byte[]> cache = Caffeine.newBuilder()
            .maximumWeight(MAX_CACHE_BYTES)
            .weigher((String key, byte[] jpeg) -> jpeg.length)
            .build();

    /// @param lookups empty if this instance has no index
    public ThumbnailController(Optional<LiveLookups> lookups, Originals originals) {
        this.lookups = lookups;
        this.originals = originals;
    }

    @GetMapping(path = "/v1/media/{mediaId}/thumbnail", produces = MediaType.IMAGE_JPEG_VALUE)
    ResponseEntity<byte[]> thumbnail(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        int side = fields.whole("size", DEFAULT_SIDE, MIN_SIDE, MAX_SIDE);
        fields.requireAllRead();
        Lookups live = lookups.orElseThrow(SearchException::noIndex).get();
        IndexedMedia media = live.search().medium(mediaId);
        String version = Integer.toHexString(media.source().hashCode()) + "-" + side;
        ResponseEntity.BodyBuilder response = ResponseEntity.ok()
                .eTag(version)
                .cacheControl(CacheControl.maxAge(MAX_AGE).cachePrivate())
                .contentType(MediaType.IMAGE_JPEG);
        if (new ServletWebRequest(request).checkNotModified("\"" + version + "\"")) {
            return ResponseEntity.status(304).eTag(version).build();
        }
        String key = media.source() + " " + side;
        byte[] jpeg = cache.getIfPresent(key);
        if (jpeg == null) {
            jpeg = make(live.pictures(), media, side);
            cache.put(key, jpeg);
        }
        return response.body(jpeg);
    }

    private byte[] make(QueryPictures pictures, IndexedMedia media, int side) {
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return pictures.thumbnail(OriginalBytes.of(originals, media), side);
        }
    }
}
