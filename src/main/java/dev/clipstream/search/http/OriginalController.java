package dev.clipstream.search.http;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.http.entry.SlowClients;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Serves the original images of media, as they were uploaded.
///
/// The content type is that of the bytes, not the one that the uploader claims. Browsers therefore never run an
/// original as a page of this service. A URI is fetched again for each response and may now lead to anything, so bytes
/// that are no image of a supported format are not served.
@RestController
public final class OriginalController {
    private static final int MAX_CONCURRENT = 4;
    private static final int MAX_WAITING = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Optional<LiveLookups> lookups;
    private final Originals originals;
    // held until the response is sent, so that slow clients hold the memory of few images
    private final ConcurrencyLimit limit =
            new ConcurrencyLimit(MAX_CONCURRENT, MAX_WAITING, TIMEOUT, "send an original image");

    /// @param lookups empty if this instance has no index
    public OriginalController(Optional<LiveLookups> lookups, Originals originals) {
        this.lookups = lookups;
        this.originals = originals;
    }

    @GetMapping("/v1/media/{mediaId}/original")
    void original(@PathVariable("mediaId") String mediaId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ParameterFields.of(request).requireAllRead();
        Lookups live = lookups.orElseThrow(SearchException::noIndex).get();
        IndexedMedia media = live.search().medium(mediaId);
        SlowClients.closeWhenSent(request, limit.acquire());
        byte[] original = OriginalBytes.of(originals, media);
        String type = live.pictures().mediaType(original).orElseThrow(OriginalController::noImage);
        ContentDisposition disposition = ContentDisposition.inline()
                .filename(fileName(mediaId, type), StandardCharsets.UTF_8)
                .build();
        response.setContentType(type);
        response.setContentLength(original.length);
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, disposition.toString());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.getOutputStream().write(original);
    }

    private static SearchException noImage() {
        return new SearchException(
                Kind.NO_PICTURE,
                "an image of a supported format",
                "other bytes at the source of the medium",
                "upload the image again");
    }

    /// Returns the last part of an id. An id without an extension, such as a hash, gets that of the type.
    private static String fileName(String mediaId, String type) {
        String name = mediaId.substring(mediaId.lastIndexOf('/') + 1);
        return name.contains(".") ? name : name + "." + type.substring("image/".length());
    }
}
