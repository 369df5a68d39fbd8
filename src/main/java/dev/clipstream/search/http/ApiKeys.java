package dev.clipstream.search.http;

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
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/// Lets nobody look things up without a key, once the service can be reached from other machines.
///
/// A key comes as `Authorization: Bearer KEY`. Without keys only a service on a loopback address answers, and only to
/// those who call it by a loopback name: a page from elsewhere cannot get at it by a name of its own that leads here.
public final class ApiKeys extends OncePerRequestFilter {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
    private static final Set<String> OURS = Set.of("same-origin", "none");
    private static final String BEARER = "Bearer ";

    private final List<String> keys;
    private final boolean loopback;
    private final JsonMapper json;

    /// @param keys     any of which opens; empty: none is needed on a loopback address
    /// @param loopback whether the service listens on a loopback address alone
    public ApiKeys(List<String> keys, boolean loopback, JsonMapper json) {
        this.keys = List.copyOf(keys);
        this.loopback = loopback;
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (keys.isEmpty()
                ? loopback && LOOPBACK.contains(request.getServerName()) && !isForeign(request)
                : opens(request)) {
            chain.doFilter(request, response);
            return;
        }
        ProblemDetail problem = Problems.of(refusal());
        response.setStatus(problem.getStatus());
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(json.writeValueAsBytes(problem));
    }

    /// Whether a page of another site lets its visitor's browser ask here. An old browser tells the origin alone.
    private static boolean isForeign(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String own = request.getScheme() + "://" + request.getHeader(HttpHeaders.HOST);
        return (site != null && !OURS.contains(site)) || (origin != null && !origin.equalsIgnoreCase(own));
    }

    private SearchException refusal() {
        if (!keys.isEmpty()) {
            return new SearchException(
                    Kind.NOT_ALLOWED,
                    "one of the keys of search.api-keys",
                    "none of them",
                    "send it in the header Authorization: Bearer KEY");
        }
        return loopback
                ? new SearchException(
                        Kind.NOT_ALLOWED,
                        "a request to localhost or 127.0.0.1 that no page of another site makes",
                        "one to another name, or of such a page",
                        "call the service by that, or set search.api-keys")
                : new SearchException(
                        Kind.NOT_ALLOWED,
                        "keys of those who may look things up, since server.address is open to other machines",
                        "none",
                        "set search.api-keys");
    }

    private boolean opens(HttpServletRequest request) {
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (given == null || !given.startsWith(BEARER)) {
            return false;
        }
        byte[] key = given.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (String known : keys) {
            // takes as long whatever the key
            found |= MessageDigest.isEqual(known.getBytes(StandardCharsets.UTF_8), key);
        }
        return found;
    }
}
