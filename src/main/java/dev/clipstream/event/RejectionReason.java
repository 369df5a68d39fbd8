package dev.clipstream.event;

import java.util.Locale;

/// Why a record was rejected: the codes of `MediaRejected.reasonCode`.
///
/// A code never changes its meaning; new ones may come.
public enum RejectionReason {
    /// The value is no Avro record of ours.
    NOT_AVRO(Stage.READ, false),
    /// The record has no key, or an empty one.
    NO_KEY(Stage.READ, false),
    /// The record's key is not the event's media id, or not UTF-8.
    KEY_MISMATCH(Stage.READ, false),
    /// The event has neither or both of uri and content.
    NO_CONTENT(Stage.READ, false),
    /// Key, headers and texts of the record are more than its output can carry.
    EVENT_TOO_LARGE(Stage.READ, false),

    /// The URI is none, or relative.
    BAD_URI(Stage.FETCH, false),
    /// No source takes this scheme.
    UNSUPPORTED_SCHEME(Stage.FETCH, false),
    /// The address is private, loopback, link-local, metadata or otherwise not to be connected to.
    ADDRESS_REFUSED(Stage.FETCH, false),
    /// The file lies outside the allowed roots.
    PATH_REFUSED(Stage.FETCH, false),
    /// There is nothing at the URI (404, 410, no such file).
    NOT_FOUND(Stage.FETCH, false),
    /// The server refuses us (401, 403 and other 4xx, an unreadable file).
    FORBIDDEN(Stage.FETCH, false),
    /// More redirects than allowed, or to nowhere.
    TOO_MANY_REDIRECTS(Stage.FETCH, false),
    /// More bytes than allowed.
    TOO_LARGE(Stage.FETCH, false),
    /// No answer in time.
    TIMEOUT(Stage.FETCH, true),
    /// No connection, a broken one, an unknown host.
    UNREACHABLE(Stage.FETCH, true),
    /// The server failed (5xx, 408, 425, 429).
    SERVER_ERROR(Stage.FETCH, true),
    /// The heap was full of other work.
    FETCH_OUT_OF_MEMORY(Stage.FETCH, true),

    /// No bytes.
    EMPTY(Stage.DECODE, false),
    /// Not JPEG, PNG, WebP, GIF, BMP or TIFF.
    UNSUPPORTED_FORMAT(Stage.DECODE, false),
    /// The bytes end before the picture does.
    TRUNCATED(Stage.DECODE, false),
    /// The decoder cannot make sense of the bytes.
    CORRUPT(Stage.DECODE, false),
    /// More pixels than allowed.
    TOO_MANY_PIXELS(Stage.DECODE, false),
    /// The heap was full of other work; alone the picture would have fitted.
    DECODE_OUT_OF_MEMORY(Stage.DECODE, true),

    /// The model fails on this picture alone.
    MODEL_FAILED(Stage.EMBED, true),
    /// No outcome within the head time-out.
    STUCK(Stage.EMBED, true),

    /// The vector comes from another model than the tagger's.
    MODEL_MISMATCH(Stage.TAG, false),
    /// The vector's bytes are not its dimension's.
    BAD_VECTOR(Stage.TAG, false);

    private final Stage stage;
    private final boolean retryable;

    RejectionReason(Stage stage, boolean retryable) {
        this.stage = stage;
        this.retryable = retryable;
    }

    /// The code on the wire: lower case with hyphens.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Where it happens.
    public Stage stage() {
        return stage;
    }

    /// Whether the same event may succeed later.
    public boolean retryable() {
        return retryable;
    }
}
