package dev.clipstream.search;

import java.io.Serial;

/// Thrown when a search fails, because the query is invalid or names something that does not exist, or because
/// the index is unavailable.
public final class SearchException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// The kinds of failure. The lower-case name, with hyphens, is the `code` of a problem over HTTP.
    public enum Kind {
        /// The query is invalid.
        BAD_QUERY,
        /// The query is too large.
        TOO_LARGE,
        /// The client sends the query too slowly.
        TOO_SLOW,
        /// The image cannot be embedded.
        BAD_PICTURE,
        /// The medium does not exist.
        NO_MEDIUM,
        /// The label set does not have the label.
        NO_LABEL,
        /// The image of the medium is no longer available, or cannot be decoded.
        NO_PICTURE,
        /// There is no label set of that name.
        NO_LABEL_SET,
        /// The version of a label set has another content already.
        SAME_VERSION,
        /// The label set has another version than the request expects.
        LABELS_CHANGED,
        /// The standing query does not exist.
        NO_ALERT,
        /// A standing query or label set of this name exists already.
        ALERT_EXISTS,
        /// This instance has no index.
        NO_INDEX,
        /// The index is unavailable or still being filled, or this instance is overloaded or stopping. Retry
        /// later.
        UNAVAILABLE,
        /// The client is not authorized.
        NOT_ALLOWED,
        /// The model fails on a valid query, because of a defect of its bundle.
        MODEL_FAILED
    }

    private final Kind kind;
    private final String expected;
    private final String found;
    private final String remedy;

    /// @param expected what was expected, as a noun phrase
    /// @param found    what was found instead, as a noun phrase
    /// @param remedy   what to do, as a clause without a period
    public SearchException(Kind kind, String expected, String found, String remedy) {
        super(message(expected, found, remedy));
        this.kind = kind;
        this.expected = expected;
        this.found = found;
        this.remedy = remedy;
    }

    /// Returns the message of a failure as sentences.
    public static String message(String expected, String found, String remedy) {
        return "Expected " + expected + ", found " + withoutPeriod(found) + ". "
                + Character.toUpperCase(remedy.charAt(0)) + withoutPeriod(remedy.substring(1)) + ".";
    }

    private static String withoutPeriod(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /// Returns the failure of an invalid query.
    public static SearchException badQuery(String expected, String found, String remedy) {
        return new SearchException(Kind.BAD_QUERY, expected, found, remedy);
    }

    /// Returns the failure of a search on an instance without an index.
    public static SearchException noIndex() {
        return new SearchException(
                Kind.NO_INDEX,
                "an instance with a media index",
                "an instance without one",
                "run the topology indexing, or use an instance that runs it");
    }

    /// Returns the kind of failure.
    public Kind kind() {
        return kind;
    }

    /// Returns what was expected.
    public String expected() {
        return expected;
    }

    /// Returns what was found instead.
    public String found() {
        return found;
    }

    /// Returns what to do.
    public String remedy() {
        return remedy;
    }
}
