package dev.clipstream.fetch;

/// Formats URIs for messages: without user info, query and fragment, which may hold passwords and signatures, on one
/// line and at a limited length.
public final class RedactedUri {
    private static final int MAX_LENGTH = 200;

    private RedactedUri() {}

    /// Returns a URI in quotes.
    ///
    /// @param uri hostile, need not be valid
    public static String of(Object uri) {
        String text = uri.toString();
        int end = text.length();
        for (char secret : new char[] {'?', '#'}) {
            int start = text.indexOf(secret);
            end = start < 0 ? end : Math.min(end, start);
        }
        String redacted = text.substring(0, end).replaceFirst("^([^:/]*:)?(/*)[^/]*@", "$1$2");
        StringBuilder line = new StringBuilder("'");
        redacted.codePoints()
                .limit(MAX_LENGTH)
                .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                .forEach(line::appendCodePoint);
        return line.append(redacted.codePointCount(0, redacted.length()) > MAX_LENGTH ? "…'" : "'")
                .toString();
    }
}
