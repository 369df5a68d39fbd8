package dev.clipstream.search.http;

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

    private final MediaUploads uploads;
    private final Optional<LiveLookups> lookups;
    private final RequestBodies bodies;

    /// @param lookups  check the images; empty if this instance has no index, which then refuses images
    /// @param maxBytes the largest request body in bytes, at least 1
    public UploadController(MediaUploads uploads, Optional<LiveLookups> lookups, int maxBytes) {
        this.uploads = uploads;
        this.lookups = lookups;
        this.bodies = new RequestBodies(maxBytes);
    }

    /// Uploads an image as the request body. The media id is the parameter `mediaId`, or the SHA-256 of the
    /// bytes.
    @PostMapping(consumes = "image/*")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted picture(HttpServletRequest request) throws IOException {
        byte[] content = bodies.read(request);
        ParameterFields fields = ParameterFields.of(request);
        String mediaId = fields.text("mediaId");
        Map<String, String> attributes = fields.pairs("attributes");
        fields.requireAllRead();
        pictures().check(content);
        return uploads.upload(new Upload(
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
        JsonFields fields = QueryReader.object(bodies.read(request));
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
            return uploads.upload(new Upload(
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
        return uploads.upload(new Upload(id(fields, mediaId), null, uri, contentType, attributes));
    }

    @DeleteMapping("/{mediaId}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted delete(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        ParameterFields.of(request).requireAllRead();
        return uploads.delete(mediaId);
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
                    "uri", "an absolute, percent-encoded URI such as https://example.org/cat.jpg", "'" + uri + "'");
        }
    }

    private static String id(RequestFields fields, String mediaId) {
        if (mediaId.isBlank() || mediaId.length() > MAX_ID_LENGTH) {
            throw fields.wrong(
                    "mediaId",
                    "an id of 1 to " + MAX_ID_LENGTH + " characters",
                    mediaId.isBlank() ? "a blank id" : mediaId.length() + " characters");
        }
        return mediaId;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }
}
