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

/// Uploads and deletions over HTTP: events onto the topic of uploads, which then go the way of all. Answers 202 once
/// the brokers have an event; what becomes of it is told by the index, the topics and `/v1/events`.
@RestController
@RequestMapping(path = "/v1/media", produces = MediaType.APPLICATION_JSON_VALUE)
public final class UploadController {
    private static final int LONGEST_ID = 1024;

    private final MediaUploads uploads;
    private final Optional<LiveLookups> lookups;
    private final RequestBodies bodies;

    /// @param lookups   whose model looks at them; empty: this instance has no index, and takes none
    /// @param mostBytes of a body, at least 1
    public UploadController(MediaUploads uploads, Optional<LiveLookups> lookups, int mostBytes) {
        this.uploads = uploads;
        this.lookups = lookups;
        this.bodies = new RequestBodies(mostBytes);
    }

    /// A picture as it is. Its id is given, or the SHA-256 of its bytes.
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

    /// A picture by its URI, or in base64.
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
                    "either uri or image", uri == null ? "neither" : "both", "leave one out, or give one");
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
            throw fields.wrong("mediaId", "the medium's id", "nothing");
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

    /// What no source could fetch is told at once.
    private static void requireAbsolute(RequestFields fields, String uri) {
        boolean absolute;
        try {
            absolute = new URI(uri).isAbsolute();
        } catch (URISyntaxException e) {
            absolute = false;
        }
        if (!absolute) {
            throw fields.wrong("uri", "a URI such as https://example.org/cat.jpg, percent-encoded", "'" + uri + "'");
        }
    }

    private static String id(RequestFields fields, String mediaId) {
        if (mediaId.isBlank() || mediaId.length() > LONGEST_ID) {
            throw fields.wrong(
                    "mediaId",
                    "an id of 1 to " + LONGEST_ID + " characters",
                    mediaId.isBlank() ? "a blank one" : mediaId.length() + " characters");
        }
        return mediaId;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 was expected in every JDK, found none", e);
        }
    }
}
