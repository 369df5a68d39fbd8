package dev.clipstream.search.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.clipstream.clip.Embedding;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.region.OccludedImage;
import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.QueryPart.Medium;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.TagExplanation;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Explains tags: what a medium's score for a label rests on, and which parts of the image speak for the label.
///
/// The parts cost the device a batch of 50 images, so one request at a time computes them. Their vectors are kept for
/// the most recent media: other labels of a medium, and the picture of the map, cost nothing more.
@RestController
public final class WhyController {
    private static final int DEFAULT_SIDE = 512;
    private static final int MIN_SIDE = 32;
    private static final int MAX_SIDE = 1024;

    /// With 512 values, the vectors of a medium take 50 kB.
    private static final int MAX_CACHED_MEDIA = 64;

    private static final int MAX_CONCURRENT = 1;
    private static final int MAX_WAITING = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Optional<LiveLookups> lookups;
    private final Originals originals;
    // acquired before an image is read, so that waiting requests hold no memory
    private final ConcurrencyLimit limit = new ConcurrencyLimit(MAX_CONCURRENT, MAX_WAITING, TIMEOUT, "explain a tag");
    private final Cache<String, OccludedImage> cache =
            Caffeine.newBuilder().maximumSize(MAX_CACHED_MEDIA).build();

    /// @param lookups empty if this instance has no index
    public WhyController(Optional<LiveLookups> lookups, Originals originals) {
        this.lookups = lookups;
        this.originals = originals;
    }

    /// Explains a tag. Without its image, a medium gets the part that its stored vector explains, and the reason.
    @GetMapping(path = "/v1/media/{mediaId}/tags/{labelId}/why", produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, @Nullable Object> why(
            @PathVariable("mediaId") String mediaId,
            @PathVariable("labelId") String labelId,
            HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        Optional<String> set = Optional.ofNullable(fields.text("set"));
        boolean regions = regions(fields);
        fields.requireAllRead();
        Lookups live = lookups();
        IndexedMedia media = live.search().medium(mediaId);
        Embedding vector = live.search().vector(new Medium(mediaId));
        TagExplanation explanation = live.labelling().explain(vector, set, labelId);
        WhyJson json = new WhyJson(live.model(), media, explanation);
        if (!regions) {
            return json.withoutRegions("The request has regions=false.");
        }
        try {
            OccludedImage picture = occluded(live, media);
            return json.with(picture.map(explanation.lead()), picture.view());
        } catch (SearchException e) {
            if (e.kind() != Kind.NO_PICTURE) {
                throw e;
            }
            return json.withoutRegions(String.valueOf(e.getMessage()));
        }
    }

    /// Draws the heat map of a tag over its image.
    @GetMapping(path = "/v1/media/{mediaId}/tags/{labelId}/why/heatmap", produces = MediaType.IMAGE_JPEG_VALUE)
    ResponseEntity<byte[]> heatMap(
            @PathVariable("mediaId") String mediaId,
            @PathVariable("labelId") String labelId,
            HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        Optional<String> set = Optional.ofNullable(fields.text("set"));
        int side = fields.whole("size", DEFAULT_SIDE, MIN_SIDE, MAX_SIDE);
        fields.requireAllRead();
        Lookups live = lookups();
        IndexedMedia media = live.search().medium(mediaId);
        Embedding vector = live.search().vector(new Medium(mediaId));
        TagExplanation explanation = live.labelling().explain(vector, set, labelId);
        OccludedImage picture = occluded(live, media);
        byte[] jpeg;
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            jpeg = live.pictures()
                    .heatMap(OriginalBytes.of(originals, media), picture.map(explanation.lead()), picture.view(), side);
        }
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache().cachePrivate())
                .contentType(MediaType.IMAGE_JPEG)
                .body(jpeg);
    }

    private static boolean regions(ParameterFields fields) {
        String regions = fields.text("regions");
        if (regions == null || regions.equals("true")) {
            return true;
        }
        if (regions.equals("false")) {
            return false;
        }
        throw fields.wrong("regions", "true or false", "'" + regions + "'");
    }

    private OccludedImage occluded(Lookups live, IndexedMedia media) {
        String key = live.model().fingerprint() + " " + media.source();
        OccludedImage known = cache.getIfPresent(key);
        if (known != null) {
            return known;
        }
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            OccludedImage meanwhile = cache.getIfPresent(key);
            if (meanwhile != null) {
                return meanwhile;
            }
            OccludedImage computed = live.search().occlude(OriginalBytes.of(originals, media));
            cache.put(key, computed);
            return computed;
        }
    }

    private Lookups lookups() {
        return lookups.orElseThrow(SearchException::noIndex).get();
    }
}
