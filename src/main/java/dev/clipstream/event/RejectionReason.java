package dev.clipstream.event;

import java.util.Locale;

/// Why a record is rejected: the codes of `MediaRejected.reasonCode`.
///
/// The meaning of a code never changes; new codes may be added.
public enum RejectionReason {
    /// The value is not an Avro record of the topic's schema.
    NOT_AVRO(Stage.READ, false),
    /// The record has no key, or an empty one.
    NO_KEY(Stage.READ, false),
    /// The record's key is not the event's media id, or not UTF-8.
    KEY_MISMATCH(Stage.READ, false),
    /// The event has neither or both of uri and content.
    NO_CONTENT(Stage.READ, false),
    /// The key, headers and texts of the record exceed what an output can carry.
    EVENT_TOO_LARGE(Stage.READ, false),
    /// The record is not in the partition where the contract puts its key.
    KEY_MISPLACED(Stage.READ, false),
    /// The output topic refuses the output of the record.
    OUTPUT_REFUSED(Stage.READ, false),
    /// A stage fails on this record in an unforeseen way.
    FAILED(Stage.READ, true),

    /// The URI is not valid, or is relative.
    BAD_URI(Stage.FETCH, false),
    /// No source supports the scheme.
    UNSUPPORTED_SCHEME(Stage.FETCH, false),
    /// The address is private, loopback, link-local, metadata or otherwise refused.
    ADDRESS_REFUSED(Stage.FETCH, false),
    /// The file lies outside the allowed roots.
    PATH_REFUSED(Stage.FETCH, false),
    /// The URI does not exist (404, 410, no such file).
    NOT_FOUND(Stage.FETCH, false),
    /// Access is denied (401, 403 and other 4xx, an unreadable file).
    FORBIDDEN(Stage.FETCH, false),
    /// There are more redirects than allowed, or one has no valid target.
    TOO_MANY_REDIRECTS(Stage.FETCH, false),
    /// There are more bytes than allowed.
    TOO_LARGE(Stage.FETCH, false),
    /// The server does not respond in time.
    TIMEOUT(Stage.FETCH, true),
    /// The host is unknown, or the connection fails.
    UNREACHABLE(Stage.FETCH, true),
    /// The server fails (5xx, 408, 425, 429).
    SERVER_ERROR(Stage.FETCH, true),
    /// The heap is full of other work.
    FETCH_OUT_OF_MEMORY(Stage.FETCH, true),

    /// There are no bytes.
    EMPTY(Stage.DECODE, false),
    /// The bytes are not JPEG, PNG, WebP, GIF, BMP or TIFF.
    UNSUPPORTED_FORMAT(Stage.DECODE, false),
    /// The bytes end before the image does.
    TRUNCATED(Stage.DECODE, false),
    /// The bytes cannot be decoded.
    CORRUPT(Stage.DECODE, false),
    /// There are more pixels than allowed.
    TOO_MANY_PIXELS(Stage.DECODE, false),
    /// The heap is full of other work; without it, the image would fit.
    DECODE_OUT_OF_MEMORY(Stage.DECODE, true),

    /// The model fails on this image only.
    MODEL_FAILED(Stage.EMBED, true),
    /// There is no outcome within the head timeout, while other records complete.
    STUCK(Stage.EMBED, true),

    /// The vector is not from the tagger's model.
    MODEL_MISMATCH(Stage.TAG, false),
    /// The vector's bytes do not match its dimension, or are not a valid vector.
    BAD_VECTOR(Stage.TAG, false),

    /// The index cannot hold the vector or the tags of this record.
    NOT_INDEXABLE(Stage.INDEX, false);

    private final Stage stage;
    private final boolean retryable;

    RejectionReason(Stage stage, boolean retryable) {
        this.stage = stage;
        this.retryable = retryable;
    }

    /// Returns the code on the wire: lower case with hyphens.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Returns the stage that rejects.
    public Stage stage() {
        return stage;
    }

    /// Returns whether the same event may succeed later.
    public boolean retryable() {
        return retryable;
    }
}
