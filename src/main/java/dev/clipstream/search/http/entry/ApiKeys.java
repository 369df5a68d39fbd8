package dev.clipstream.search.http.entry;

import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/// Requires an API key for `/v1` if the service is reachable from other hosts.
///
/// Clients send a key as `Authorization: Bearer KEY`. Without configured keys, the service accepts requests only
/// if it listens on a loopback address, the request names a loopback host (which prevents DNS rebinding), and no
/// page of another site makes the request. On a loopback address, all other paths require a loopback host, too. With
/// keys, that holds for `/actuator` only, because a proxy may serve the page under another name.
public final class ApiKeys extends OncePerRequestFilter {
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
    private static final String API = "/v1";
    private static final String ACTUATOR = "/actuator";
    private static final String BEARER = "Bearer ";

    private final List<String> keys;
    private final boolean loopback;
    private final JsonMapper json;

    /// @param keys     the accepted keys; if empty, requests on a loopback address need no key
    /// @param loopback whether the service listens only on a loopback address
    public ApiKeys(List<String> keys, boolean loopback, JsonMapper json) {
        this.keys = List.copyOf(keys);
        this.loopback = loopback;
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isInside(request, API) ? isAllowed(request) : isPublic(request)) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        ProblemResponse.write(isInside(request, API) ? refusal(request) : otherHost(), response, json);
    }

    private static boolean isInside(HttpServletRequest request, String folder) {
        String path = request.getServletPath();
        return path.equals(folder) || path.startsWith(folder + "/");
    }

    private boolean isAllowed(HttpServletRequest request) {
        return keys.isEmpty()
                ? loopback && LoopbackName.is(request.getServerName()) && !isForeign(request)
                : opens(request);
    }

    private boolean isPublic(HttpServletRequest request) {
        return !loopback
                || LoopbackName.is(request.getServerName())
                || (!keys.isEmpty() && !isInside(request, ACTUATOR));
    }

    /// Returns whether a page of another site makes the request. Old browsers send only the origin.
    private static boolean isForeign(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String own = request.getScheme() + "://" + request.getHeader(HttpHeaders.HOST);
        return (site != null && !OWN_SITE.contains(site)) || (origin != null && !origin.equalsIgnoreCase(own));
    }

    private SearchException refusal(HttpServletRequest request) {
        if (!keys.isEmpty()) {
            return new SearchException(
                    Kind.NOT_ALLOWED,
                    "one of the keys of search.api-keys",
                    request.getHeader(HttpHeaders.AUTHORIZATION) == null ? "none" : "another",
                    "send it in the header Authorization: Bearer KEY");
        }
        return loopback
                ? otherHost()
                : new SearchException(
                        Kind.NOT_ALLOWED,
                        "search.api-keys to be set, because server.address is reachable from other hosts",
                        "no keys",
                        "set search.api-keys");
    }

    private static SearchException otherHost() {
        return new SearchException(
                Kind.NOT_ALLOWED,
                "a request to localhost or 127.0.0.1, not from a page of another site",
                "another host name or site",
                "use http://localhost or http://127.0.0.1, or set search.api-keys");
    }

    private boolean opens(HttpServletRequest request) {
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (given == null || !given.startsWith(BEARER)) {
            return false;
        }
        byte[] key = given.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (String known : keys) {
            // constant time
            found |= MessageDigest.isEqual(known.getBytes(StandardCharsets.UTF_8), key);
        }
        return found;
    }
}
