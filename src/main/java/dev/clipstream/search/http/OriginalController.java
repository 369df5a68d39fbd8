package dev.clipstream.search.http;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.SearchException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Serves the original images of media, as they were uploaded.
///
/// The content type is that of the bytes, not the one that the uploader claims. Browsers therefore never run an
/// original as a page of this service: bytes of no supported image format are served as a download.
@RestController
public final class OriginalController {
    private static final int MAX_CONCURRENT = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Optional<LiveLookups> lookups;
    private final Originals originals;
    // held until the response is written, so that slow clients hold the memory of few images
    private final ConcurrencyLimit limit = new ConcurrencyLimit(MAX_CONCURRENT, TIMEOUT, "send an original image");

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
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            byte[] original = OriginalBytes.of(originals, media);
            Optional<String> type = live.pictures().mediaType(original);
            ContentDisposition disposition = (type.isPresent()
                            ? ContentDisposition.inline()
                            : ContentDisposition.attachment())
                    .filename(fileName(mediaId, type), StandardCharsets.UTF_8)
                    .build();
            response.setContentType(type.orElse(MediaType.APPLICATION_OCTET_STREAM_VALUE));
            response.setContentLength(original.length);
            response.setHeader(HttpHeaders.CONTENT_DISPOSITION, disposition.toString());
            response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
            response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.getOutputStream().write(original);
        }
    }

    /// Returns the last part of an id. An id without an extension, such as a hash, gets that of the type.
    private static String fileName(String mediaId, Optional<String> type) {
        String name = mediaId.substring(mediaId.lastIndexOf('/') + 1);
        return name.contains(".")
                ? name
                : name + type.map(of -> "." + of.substring("image/".length())).orElse("");
    }
}
