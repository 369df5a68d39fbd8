package dev.clipstream.index.redis;

import dev.clipstream.index.IndexAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where Redis is, and what both engines take.
///
/// @param url            `redis://[user[:password]@]host:port[/database]`, `rediss://` with TLS (trust and key
///                       stores are the JVM's). Several hosts with commas between: `redis-cluster://` and
///                       `rediss-cluster://` are nodes of a cluster, `redis-sentinel://` and `rediss-sentinel://`
///                       sentinels, with the primary's name behind: `redis-sentinel://a:26379,b:26379/primary`
/// @param user           ACL user; null: that of the URL, else the default user
/// @param password       null: that of the URL, else none
/// @param prefix         begins every key, such as `media:`
/// @param connectTimeout for a connection, TLS included, above 0
/// @param timeout        for an answer, above 0
/// @param connections    most connections at once, at least 1
/// @param m              neighbours of a node in the HNSW graph of a new index, at least 2
/// @param efConstruction candidates while that graph is built, at least 1
/// @param tombstones     how long deletions are remembered: longer than topics are ever replayed
/// @param replay         whether a server that was restarted begins a new generation, see
///                       [dev.clipstream.index.IndexDescription]
public record RedisSettings(
        String url,
        @Nullable String user,
        @Nullable String password,
        String prefix,
        Duration connectTimeout,
        Duration timeout,
        int connections,
        int m,
        int efConstruction,
        Duration tombstones,
        boolean replay) {

    public RedisSettings {
        String scheme = scheme(url);
        if (!scheme.matches("rediss?(-cluster|-sentinel)?")) {
            throw refusedUrl("the scheme '" + scheme + "'");
        }
        requireUnambiguous(url, scheme.contains("-"));
        if (!connectTimeout.isPositive() || !timeout.isPositive() || !tombstones.isPositive()) {
            throw new IllegalArgumentException(
                    "index.connect-timeout, index.timeout, index.tombstones: Expected durations" + " above 0, found "
                            + connectTimeout + ", " + timeout + " and " + tombstones);
        }
        if (connections < 1 || m < 2 || efConstruction < 1) {
            throw new IllegalArgumentException(
                    "index.connections, index.m, index.ef-construction: Expected at least 1, 2 and 1, found "
                            + connections + ", " + m + " and " + efConstruction);
        }
        if (prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
            throw new IllegalArgumentException("index.prefix: Expected a prefix without { and }, found '" + prefix
                    + "'. Braces choose the slot in a cluster");
        }
    }

    private static String scheme(String url) {
        try {
            return String.valueOf(new URI(url).getScheme());
        } catch (URISyntaxException e) {
            // without the cause, whose message repeats the URL with its password
            throw refusedUrl("one that is not valid (" + e.getReason() + ")");
        }
    }

    /// Refuses a URL of which a part may be the rest of a password, because it would be used and shown as that part.
    ///
    /// @param several whether the URL has several hosts, which [URI] does not parse
    private static void requireUnambiguous(String url, boolean several) {
        URI uri = URI.create(url);
        String path = uri.getRawPath();
        String database = path == null ? "" : path;
        if (uri.isOpaque()
                || database.indexOf('@') >= 0
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || (!several && uri.getRawAuthority() != null && uri.getHost() == null)
                || (!several && !database.matches("/?[0-9]*"))) {
            throw refusedUrl("one that does not consist of these parts. Percent-encode special characters of the user"
                    + " and password, such as / # ? @ and :");
        }
    }

    private static IllegalArgumentException refusedUrl(String found) {
        return new IllegalArgumentException("index.url: Expected a URL such as redis://localhost:6379, rediss://…,"
                + " redis-cluster://a:6379,b:6379 or redis-sentinel://a:26379,b:26379/primary, found " + found);
    }

    /// How another process finds the same keys, without secrets.
    public IndexAddress address() {
        Map<String, String> others = new LinkedHashMap<>();
        others.put("prefix", prefix);
        if (user != null) {
            others.put("user", user);
        }
        if (password != null) {
            others.put("password", IndexAddress.SECRET);
        }
        return new IndexAddress(url.replaceFirst("//([^/@]*):[^/]*@", "//$1:" + IndexAddress.SECRET + "@"), others);
    }

    /// The URL without what is secret, for messages.
    String place() {
        return url.replaceAll("//[^/]*@", "//***@");
    }

    @Override
    public String toString() {
        return "RedisSettings[" + place() + "]";
    }
}
