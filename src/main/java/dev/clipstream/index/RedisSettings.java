package dev.clipstream.index;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where Redis is, and how indexes are kept there.
///
/// @param url            `redis://[user[:password]@]host:port[/database]`, `rediss://` with TLS (trust and key stores
///                       are the JVM's). Several hosts with commas between: `redis-cluster://` and
///                       `rediss-cluster://` are nodes of a cluster, `redis-sentinel://` and `rediss-sentinel://`
///                       sentinels, with the primary's name behind: `redis-sentinel://a:26379,b:26379/primary`
/// @param user           ACL user; null: that of the URL, else the default user
/// @param password       null: that of the URL, else none
/// @param prefix         begins every key, such as `media:`
/// @param connectTimeout for a connection, TLS included, above 0
/// @param timeout        for an answer, above 0
/// @param connections    most connections at once, at least 1
/// @param shards         vector sets of an index, at least 1; more spread over a cluster and the cores of lookups
/// @param quantization   how vectors are kept
/// @param m              neighbours of a node in the HNSW graph, at least 2
/// @param efConstruction candidates while the graph is built, at least 1
/// @param tombstones     how long deletions are remembered: longer than topics are ever replayed
/// @param engine         what of the server keeps them
/// @param vectorType     how the query engine keeps values
/// @param efRuntime      candidates that a search in the query engine weighs unless it says how many, at least 1
/// @param replay         whether a server that was restarted begins a generation, see [IndexDescription]
public record RedisSettings(
        String url,
        @Nullable String user,
        @Nullable String password,
        String prefix,
        Duration connectTimeout,
        Duration timeout,
        int connections,
        int shards,
        Quantization quantization,
        int m,
        int efConstruction,
        Duration tombstones,
        RedisEngine engine,
        VectorType vectorType,
        int efRuntime,
        boolean replay) {

    /// How vectors are kept.
    public enum Quantization {
        /// A byte a value; cosines are off by about 0.002.
        Q8,
        /// Four bytes a value, as they are.
        NOQUANT
    }

    public RedisSettings {
        String scheme = String.valueOf(URI.create(url).getScheme());
        if (!scheme.matches("rediss?(-cluster|-sentinel)?")) {
            throw new IllegalArgumentException(
                    "A URL such as redis://localhost:6379, rediss://…, redis-cluster://a:6379,b:6379 or"
                            + " redis-sentinel://a:26379,b:26379/primary was expected, found the scheme '" + scheme
                            + "'");
        }
        if (!connectTimeout.isPositive() || !timeout.isPositive() || !tombstones.isPositive()) {
            throw new IllegalArgumentException("Time-outs and the life of tombstones above 0 were expected, found "
                    + connectTimeout + ", " + timeout + " and " + tombstones);
        }
        if (connections < 1 || shards < 1 || m < 2 || efConstruction < 1 || efRuntime < 1) {
            throw new IllegalArgumentException(
                    "At least 1 connection, 1 shard, 2 neighbours and 1 candidate (to build and to search) were"
                            + " expected, found " + connections + ", " + shards + ", " + m + ", " + efConstruction
                            + " and " + efRuntime);
        }
        if (prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
            throw new IllegalArgumentException("A prefix without { and } was expected, found '" + prefix
                    + "': braces choose the slot in a cluster");
        }
    }

    /// Without what is secret.
    @Override
    public String toString() {
        return "RedisSettings[" + url.replaceAll("//[^/]*@", "//***@") + "]";
    }
}
