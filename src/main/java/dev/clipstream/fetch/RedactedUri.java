package dev.clipstream.fetch;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Formats URIs for messages, without what may be secret, on one line and at a limited length.
///
/// Shows the scheme, the host, the port, and the path up to the first character that may begin a parameter or a
/// signature. Of a URI that does not parse into these, such as one whose scheme is nested or whose password contains a
/// slash, it shows the scheme only, because any of its parts may be the secret.
public final class RedactedUri {
    private static final int MAX_LENGTH = 200;

    /// Longer URIs are not parsed.
    private static final int MAX_PARSED_LENGTH = 8192;

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,15}):");
    private static final String REST = "…";

    /// What names of files and folders consist of, besides letters and digits.
    private static final String PUNCTUATION = "/._~-(),+";

    private RedactedUri() {}

    /// Returns a URI in quotes.
    ///
    /// @param uri hostile, need not be valid
    public static String of(Object uri) {
        String redacted = redacted(uri.toString());
        StringBuilder line = new StringBuilder("'");
        redacted.codePoints().limit(MAX_LENGTH).forEach(line::appendCodePoint);
        return line.append(redacted.codePointCount(0, redacted.length()) > MAX_LENGTH ? REST : "")
                .append('\'')
                .toString();
    }

    private static String redacted(String text) {
        URI uri = text.length() > MAX_PARSED_LENGTH ? null : parsed(text);
        if (uri == null || uri.getRawPath() == null || isAmbiguous(uri)) {
            Matcher scheme = SCHEME.matcher(text);
            return (scheme.lookingAt() ? scheme.group() : "") + REST;
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme() + ":";
        String authority = uri.getRawAuthority();
        String host = authority == null
                ? text.startsWith(scheme + "//") ? "//" : ""
                : "//" + authority.substring(authority.indexOf('@') + 1);
        return scheme + host + plain(uri.getRawPath());
    }

    private static @Nullable URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            return null;
        }
    }

    /// Returns whether a part may be the rest of a user name and password, or a URI inside this one.
    private static boolean isAmbiguous(URI uri) {
        String path = uri.getRawPath();
        String behind = path + uri.getRawQuery() + uri.getRawFragment();
        boolean local = uri.getScheme() == null || uri.getScheme().equalsIgnoreCase("file");
        boolean named = uri.getScheme() != null && uri.getHost() != null;
        return behind.indexOf('@') >= 0
                || path.contains("%40")
                || path.contains("%25")
                || (uri.getRawAuthority() == null ? !local : !named);
    }

    /// Returns the beginning of a path that consists of names.
    private static String plain(String path) {
        int end = 0;
        while (end < path.length()) {
            int character = path.codePointAt(end);
            boolean escaped = character == '%';
            if (escaped ? !isPlainEscape(path, end) : !isPlain(character)) {
                break;
            }
            end += escaped ? "%20".length() : Character.charCount(character);
        }
        return path.substring(0, end);
    }

    private static boolean isPlain(int character) {
        return Character.isLetterOrDigit(character) || PUNCTUATION.indexOf(character) >= 0;
    }

    /// Returns whether an escape stands for a space, or for a part of a character outside ASCII.
    private static boolean isPlainEscape(String path, int at) {
        return path.startsWith("%20", at) || Character.digit(path.charAt(at + 1), 16) >= 8;
    }
}
