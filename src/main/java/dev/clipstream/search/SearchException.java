package dev.clipstream.search;

import java.io.Serial;

/// A lookup that is not answered: the question is none, what it names is not there, or the index is away.
public final class SearchException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Whose fault it is, and whether the same may succeed later.
    public enum Kind {
        /// The question is none.
        BAD_QUERY,
        /// The question is larger than allowed.
        TOO_LARGE,
        /// Its picture is none for the model.
        BAD_PICTURE,
        /// The medium that it names is not there.
        NO_MEDIUM,
        /// The medium's picture is not there any more, or cannot be shown.
        NO_PICTURE,
        /// This instance keeps no index.
        NO_INDEX,
        /// The index is away, still being made, or this instance is busy or stopping: later it may succeed.
        UNAVAILABLE,
        /// The asker may not ask.
        NOT_ALLOWED,
        /// The model fails on a sound question: a fault of the bundle.
        MODEL_FAILED
    }

    private final Kind kind;
    private final String expected;
    private final String found;
    private final String remedy;

    /// @param expected what was
    /// @param found    instead
    /// @param remedy   what to do
    public SearchException(Kind kind, String expected, String found, String remedy) {
        super(expected + " was expected, found " + found + ": " + remedy);
        this.kind = kind;
        this.expected = expected;
        this.found = found;
        this.remedy = remedy;
    }

    public static SearchException badQuery(String expected, String found, String remedy) {
        return new SearchException(Kind.BAD_QUERY, expected, found, remedy);
    }

    public static SearchException noIndex() {
        return new SearchException(
                Kind.NO_INDEX,
                "an instance with a media index",
                "one without",
                "run it with the topology indexing, or ask one that has it");
    }

    /// What kind of failure.
    public Kind kind() {
        return kind;
    }

    /// What was expected.
    public String expected() {
        return expected;
    }

    /// What was found.
    public String found() {
        return found;
    }

    /// What to do.
    public String remedy() {
        return remedy;
    }
}
