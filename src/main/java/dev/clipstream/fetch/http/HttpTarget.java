package dev.clipstream.fetch.http;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.RedactedUri;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The target of an http or https request, parsed by rules that are stricter than the standard.
///
/// Anything that two parsers could read differently is refused, because one of the two would be a guard.
///
/// @param scheme http or https
/// @param host   a name in lower-case ASCII without the dot of the root, or a literal address without brackets
/// @param port   80, 443 or 1024 to 65535. The other low ports belong to services such as mail and shells, to which a
///               crafted request could talk
/// @param path   raw path and query as sent, beginning with a slash
record HttpTarget(String scheme, String host, int port, String path) {
    static final Set<String> SCHEMES = Set.of("http", "https");

    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    private static final Pattern NUMBER_AT_END = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");
    private static final int LONGEST_NAME = 253;

    /// Parses a URI.
    ///
    /// @param uri absolute; hostile
    /// @throws FetchException of the reasons BAD_URI, UNSUPPORTED_SCHEME or ADDRESS_REFUSED
    static HttpTarget of(URI uri) throws FetchException {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw new FetchException(
                    RejectionReason.UNSUPPORTED_SCHEME,
                    "Expected http or https, found " + RedactedUri.of(uri) + ". Give the address of a web server.",
                    null);
        }
        String authority = uri.getRawAuthority();
        if (authority == null) {
            throw badUri(uri, "no host", "Write http://host/path.");
        }
        if (authority.indexOf('@') >= 0) {
            throw badUri(uri, "a user name", "Remove it: credentials in URIs are not sent.");
        }
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        int port = port(uri, scheme, hasPort ? authority.substring(colon + 1) : "");
        String host = host(uri, hasPort ? authority.substring(0, colon) : authority);
        return new HttpTarget(scheme, host, port, path(uri));
    }

    /// Returns the target of a redirect.
    ///
    /// @param location as the server sent it: possibly relative, possibly with bytes that should have been encoded
    /// @throws FetchException if the target is refused
    HttpTarget redirectedTo(String location) throws FetchException {
        HttpTarget next;
        try {
            String encoded = encoded(location.strip());
            String base = scheme + "://" + authority();
            next = of(
                    encoded.startsWith("?")
                            ? new URI(base + path.replaceFirst("\\?.*", "") + encoded)
                            : new URI(base + path).resolve(new URI(encoded)));
        } catch (URISyntaxException malformed) {
            throw new FetchException(
                    RejectionReason.TOO_MANY_REDIRECTS,
                    "Expected a redirect from " + this + " to a URI, found " + RedactedUri.of(location)
                            + ". Correct the server's Location header.",
                    null);
        }
        if (scheme.equals("https") && next.scheme.equals("http")) {
            throw new FetchException(
                    RejectionReason.UNSUPPORTED_SCHEME,
                    "Expected " + this + " to redirect to https, found " + next
                            + ". Correct the server's Location header.",
                    null);
        }
        return next;
    }

    /// Returns host and port, with the host in brackets if it is an IPv6 address.
    private String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /// Returns the target for messages, without the query.
    @Override
    public String toString() {
        return RedactedUri.of(scheme + "://" + authority() + path);
    }

    private static int port(URI uri, String scheme, String written) throws FetchException {
        if (written.isEmpty()) {
            return scheme.equals("https") ? 443 : 80;
        }
        if (!written.matches("[0-9]{1,5}")) {
            throw badUri(uri, "a port that is not a number", "Correct the port.");
        }
        int port = Integer.parseInt(written);
        if (port != 80 && port != 443 && (port < 1024 || port > 65535)) {
            throw refused(uri, "port " + port, "port 80, 443 or 1024 to 65535");
        }
        return port;
    }

    private static String host(URI uri, String written) throws FetchException {
        if (written.startsWith("[")) {
            return literal(uri, written);
        }
        String host = written.endsWith(".") ? written.substring(0, written.length() - 1) : written;
        try {
            host = IDN.toASCII(host).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException malformed) {
            throw badUri(uri, "a host that is not a valid name", "Correct the host.");
        }
        if (host.length() > LONGEST_NAME || !NAME.matcher(host).matches()) {
            throw badUri(uri, "a host that is not a valid name", "Correct the host.");
        }
        if (NUMBER_AT_END.matcher(host).matches() && !isDottedQuad(host)) {
            throw refused(uri, "a host that some parsers read as an IPv4 address", "four decimal numbers");
        }
        return host;
    }

    /// Parses an IPv6 address in brackets. Refuses a zone, which would name an interface of this machine.
    private static String literal(URI uri, String written) throws FetchException {
        String inside = written.endsWith("]") ? written.substring(1, written.length() - 1) : "";
        if (inside.indexOf('%') >= 0) {
            throw refused(uri, "an IPv6 address with a zone", "an IPv6 address without a zone");
        }
        try {
            if (inside.indexOf(':') >= 0) {
                return InetAddress.ofLiteral(inside).getHostAddress();
            }
        } catch (IllegalArgumentException malformed) {
            // reported below, as for an empty address
        }
        throw badUri(uri, "brackets without an IPv6 address", "Correct the host.");
    }

    /// Returns whether a text is an IPv4 address in the one form that no parser reads as octal or shortened.
    static boolean isDottedQuad(String host) {
        String number = "(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
        return host.matches(number + "(\\." + number + "){3}");
    }

    private static String path(URI uri) {
        String ascii = uri.toASCIIString();
        int authority = ascii.indexOf("//") + 2;
        int start = authority;
        while (start < ascii.length() && "/?#".indexOf(ascii.charAt(start)) < 0) {
            start++;
        }
        int fragment = ascii.indexOf('#', start);
        String path = ascii.substring(start, fragment < 0 ? ascii.length() : fragment);
        return path.startsWith("/") ? path : "/" + path;
    }

    /// Encodes spaces and raw UTF-8, which servers send although they should not. Headers are read as ISO-8859-1,
    /// one character for each byte.
    private static String encoded(String location) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < location.length(); i++) {
            char c = location.charAt(i);
            if (c <= ' ' || c >= 0x7F || "\"<>\\^`{|}".indexOf(c) >= 0) {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }

    private static FetchException badUri(URI uri, String found, String remedy) {
        return failure(RejectionReason.BAD_URI, uri, found, "http://host/path", remedy);
    }

    private static FetchException refused(URI uri, String found, String expected) {
        return failure(RejectionReason.ADDRESS_REFUSED, uri, found, expected, "Correct the URI.");
    }

    private static FetchException failure(
            RejectionReason reason, URI uri, String found, @Nullable String expected, String remedy) {
        return new FetchException(
                reason,
                "Expected " + expected + ", found " + found + " in " + RedactedUri.of(uri) + ". " + remedy,
                null);
    }
}
