package dev.clipstream.search.http;

import dev.clipstream.fetch.RedactedUri;
import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.QueryPictures;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.http.MediaUploads.Accepted;
import dev.clipstream.search.http.MediaUploads.Upload;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Accepts uploads and deletions, and publishes them as events to the upload topic.
///
/// Responds with 202 when the brokers have acknowledged the event. The index, the topics and `/v1/events` show
/// the outcome.
@RestController
@RequestMapping(path = "/v1/media", produces = MediaType.APPLICATION_JSON_VALUE)
public final class UploadController {
    private static final int MAX_ID_LENGTH = 1024;

    /// Uploads that wait for the brokers at the same time, so that unavailable brokers delay no searches.
    private static final int MAX_CONCURRENT = 8;

    private static final int MAX_WAITING = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final MediaUploads uploads;
    private final ConcurrencyLimit limit =
            new ConcurrencyLimit(MAX_CONCURRENT, MAX_WAITING, TIMEOUT, "publish an upload");
    private final Optional<LiveLookups> lookups;

    /// @param lookups  check the images; empty if this instance has no index, which then refuses images
    public UploadController(MediaUploads uploads, Optional<LiveLookups> lookups) {
        this.uploads = uploads;
        this.lookups = lookups;
    }

    /// Uploads an image as the request body. The media id is the parameter `mediaId`, or the SHA-256 of the
    /// bytes.
    @PostMapping(consumes = "image/*")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted picture(HttpServletRequest request) throws IOException {
        byte[] content = request.getInputStream().readAllBytes();
        ParameterFields fields = ParameterFields.of(request);
        String mediaId = fields.text("mediaId");
        Map<String, String> attributes = fields.pairs("attributes");
        fields.requireAllRead();
        pictures().check(content);
        return publish(new Upload(
                mediaId == null ? sha256(content) : id(fields, mediaId),
                ByteBuffer.wrap(content),
                null,
                request.getContentType(),
                attributes));
    }

    /// Uploads an image by URI or in base64.
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted described(HttpServletRequest request) throws IOException {
        JsonFields fields = QueryReader.object(request.getInputStream().readAllBytes());
        String mediaId = fields.text("mediaId");
        String uri = fields.text("uri");
        String image = fields.text("image");
        String contentType = fields.text("contentType");
        Map<String, String> attributes = fields.pairs("attributes");
        fields.requireAllRead();
        if ((uri == null) == (image == null)) {
            throw SearchException.badQuery(
                    "either uri or image",
                    uri == null ? "neither" : "both",
                    uri == null ? "send one of them" : "leave one out");
        }
        if (image != null) {
            byte[] content = QueryReader.bytes(fields, image);
            pictures().check(content);
            return publish(new Upload(
                    mediaId == null ? sha256(content) : id(fields, mediaId),
                    ByteBuffer.wrap(content),
                    null,
                    contentType,
                    attributes));
        }
        if (mediaId == null) {
            throw fields.wrong("mediaId", "a media id", RequestFields.NOTHING);
        }
        requireAbsolute(fields, String.valueOf(uri));
        return publish(new Upload(id(fields, mediaId), null, uri, contentType, attributes));
    }

    @DeleteMapping("/{mediaId}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted delete(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        ParameterFields.of(request).requireAllRead();
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return uploads.delete(mediaId);
        }
    }

    private Accepted publish(Upload upload) {
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return uploads.upload(upload);
        }
    }

    private QueryPictures pictures() {
        return lookups.orElseThrow(SearchException::noIndex).get().pictures();
    }

    /// Refuses URIs that no source can fetch.
    private static void requireAbsolute(RequestFields fields, String uri) {
        boolean absolute;
        try {
            absolute = new URI(uri).isAbsolute();
        } catch (URISyntaxException e) {
            absolute = false;
        }
        if (!absolute) {
            throw fields.wrong(
                    "uri", "an absolute, percent-encoded URI such as https://example.org/cat.jpg", RedactedUri.of(uri));
        }
    }

    /// Refuses ids that no URL can name.
    private static String id(RequestFields fields, String mediaId) {
        if (mediaId.isBlank() || mediaId.length() > MAX_ID_LENGTH) {
            throw fields.wrong(
                    "mediaId",
                    "an id of 1 to " + MAX_ID_LENGTH + " characters",
                    mediaId.isBlank() ? "a blank id" : mediaId.length() + " characters");
        }
        if (mediaId.codePoints().anyMatch(UploadController::isUnprintable)) {
            throw fields.wrong("mediaId", "an id without control characters", "one that has them");
        }
        return mediaId;
    }

    /// Returns whether a character is a control character, or half of a surrogate pair.
    private static boolean isUnprintable(int character) {
        return Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }
}
