package dev.clipstream.fetch;

import dev.clipstream.event.RejectionReason;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where an http or https request goes, taken apart by rules stricter than the standard's: what two
/// parsers could read differently is refused, since one of the two would be a guard.
///
/// @param scheme http or https
/// @param host   name in ASCII lower case without the root's dot, or a literal address without brackets
/// @param port   80, 443 or 1024 to 65535: the other low ports belong to mail, shells and the like,
///               which a request made up by a stranger could be used to talk to
/// @param path   raw path and query as sent, beginning with one slash
record HttpTarget(String scheme, String host, int port, String path) {
    static final Set<String> SCHEMES = Set.of("http", "https");

    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    private static final Pattern NUMBER_AT_END = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");
    private static final int LONGEST_NAME = 253;

    /// @param uri absolute; hostile
    /// @throws FetchException BAD_URI, UNSUPPORTED_SCHEME or ADDRESS_REFUSED
    static HttpTarget of(URI uri) throws FetchException {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw new FetchException(
                    RejectionReason.UNSUPPORTED_SCHEME,
                    "Expected http or https, found " + Told.of(uri) + ": a server may redirect to nothing else",
                    null);
        }
        String authority = uri.getRawAuthority();
        if (authority == null) {
            throw badUri(uri, "no host", "write http://host/path");
        }
        if (authority.indexOf('@') >= 0) {
            throw badUri(uri, "a user name", "remove it: credentials in URIs are not sent");
        }
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        int port = port(uri, scheme, hasPort ? authority.substring(colon + 1) : "");
        String host = host(uri, hasPort ? authority.substring(0, colon) : authority);
        return new HttpTarget(scheme, host, port, path(uri));
    }

    /// The target of a redirect.
    ///
    /// @param location as the server sent it, perhaps relative, perhaps with bytes that
    ///                 should have been encoded
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
                    "Expected a redirect of " + this + " to a URI, found " + Told.of(location)
                            + ": correct the server's Location",
                    null);
        }
        if (scheme.equals("https") && next.scheme.equals("http")) {
            throw new FetchException(
                    RejectionReason.UNSUPPORTED_SCHEME,
                    "Expected " + this + " to stay with https, found a redirect to " + next
                            + ": correct the server's Location",
                    null);
        }
        return next;
    }

    /// Host and port, the host in brackets if it is an IPv6 address.
    private String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /// For messages: without the query.
    @Override
    public String toString() {
        return Told.of(scheme + "://" + authority() + path);
    }

    private static int port(URI uri, String scheme, String written) throws FetchException {
        if (written.isEmpty()) {
            return scheme.equals("https") ? 443 : 80;
        }
        if (!written.matches("[0-9]{1,5}")) {
            throw badUri(uri, "no port number", "correct the port");
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
            throw badUri(uri, "a host that is no name", "correct the host");
        }
        if (host.length() > LONGEST_NAME || !NAME.matcher(host).matches()) {
            throw badUri(uri, "a host that is no name", "correct the host");
        }
        if (NUMBER_AT_END.matcher(host).matches() && !isDottedQuad(host)) {
            throw refused(uri, "a host that some read as an IPv4 address", "four decimal numbers");
        }
        return host;
    }

    /// An IPv6 address in brackets, without a zone, which would name one of this
    /// machine's own interfaces.
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
            // said below, as for an empty one
        }
        throw badUri(uri, "brackets without an IPv6 address", "correct the host");
    }

    /// Whether a text is an IPv4 address in its one form that nobody reads as octal or short.
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

    /// Servers send spaces and raw UTF-8 where they should not; headers are read as ISO-8859-1,
    /// one character a byte.
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
        return failure(RejectionReason.ADDRESS_REFUSED, uri, found, expected, "correct it");
    }

    private static FetchException failure(
            RejectionReason reason, URI uri, String found, @Nullable String expected, String remedy) {
        return new FetchException(
                reason, "Expected " + expected + ", found " + found + " in " + Told.of(uri) + ": " + remedy, null);
    }
}
