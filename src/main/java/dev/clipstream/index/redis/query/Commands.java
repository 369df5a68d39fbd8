package dev.clipstream.index.redis.query;

import static dev.clipstream.index.redis.Utf8.bytes;

import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.Utf8;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/// Sends commands of the query engine, and tells a missing index from an unreachable server.
final class Commands {
    private final RedisConnections redis;

    Commands(RedisConnections redis) {
        this.redis = redis;
    }

    /// Sends a command to an index.
    ///
    /// @param missing makes the exception that is thrown if the server does not know the index
    Object send(Command command, List<byte[]> arguments, Supplier<IndexMissingException> missing) {
        return redis.execute(jedis -> {
            try {
                return RedisConnections.send(jedis, command, arguments);
            } catch (JedisDataException e) {
                if (isNoIndex(e)) {
                    throw missing.get();
                }
                throw e;
            }
        });
    }

    /// Returns what the server reports of an index, or empty if it does not know the index.
    Optional<Replies.Info> info(String nameOrAlias) {
        return redis.execute(jedis -> {
            try {
                return Optional.of(
                        Replies.info(RedisConnections.send(jedis, Command.INFO, List.of(bytes(nameOrAlias)))));
            } catch (JedisDataException e) {
                if (isNoIndex(e)) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    /// Creates an index.
    ///
    /// @throws IllegalArgumentException if the server cannot have such an index
    void create(List<String> definition) {
        redis.execute(jedis -> {
            try {
                return RedisConnections.send(
                        jedis,
                        Command.CREATE,
                        definition.stream().map(Utf8::bytes).toList());
            } catch (JedisDataException e) {
                String found = String.valueOf(e.getMessage());
                if (found.toLowerCase(Locale.ROOT)
                        .matches("(?s).*(bad arguments|invalid|not supported|cannot create index).*")) {
                    throw new IllegalArgumentException(
                            "Expected a query engine that accepts the index definition "
                                    + String.join(" ", definition) + ", found: " + found
                                    + ". Use database 0 of Redis 8 or later; older servers need index.vector-type=float32",
                            e);
                }
                throw e;
            }
        });
    }

    /// Sends a command that the server refuses because of its arguments. Only the lack of a right is a failure.
    ///
    /// @throws dev.clipstream.index.IndexUnavailableException if the user may not send it, or no server answers
    void probe(Command command, String... arguments) {
        redis.execute(jedis -> {
            try {
                return RedisConnections.send(
                        jedis, command, Stream.of(arguments).map(Utf8::bytes).toList());
            } catch (JedisAccessControlException e) {
                throw e;
            } catch (JedisDataException e) {
                return arguments;
            }
        });
    }

    /// Points an alias to an index, whatever it pointed to before, atomically.
    void alias(String alias, String definition) {
        redis.execute(
                jedis -> RedisConnections.send(jedis, Command.ALIAS_UPDATE, List.of(bytes(alias), bytes(definition))));
    }

    /// Removes an index and its aliases, but not its hashes. Does nothing if the index is missing.
    void drop(String definition) {
        redis.execute(jedis -> {
            try {
                return RedisConnections.send(jedis, Command.DROP_INDEX, List.of(bytes(definition)));
            } catch (JedisDataException e) {
                if (isNoIndex(e)) {
                    return definition;
                }
                throw e;
            }
        });
    }

    /// Returns the names of all indexes that begin with a prefix.
    List<String> list(String prefix) {
        Object reply = redis.execute(jedis -> RedisConnections.send(jedis, Command.LIST, List.of()));
        return Replies.names(reply).stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    /// The text differs between versions of the server.
    private static boolean isNoIndex(JedisDataException refusal) {
        String message = String.valueOf(refusal.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no such index")
                || message.contains("unknown index")
                || message.contains("index not found")
                || message.contains("search_index_not_found");
    }
}
