package dev.clipstream.index.redis.query;

import static dev.clipstream.index.redis.Utf8.bytes;

import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.Utf8;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import redis.clients.jedis.exceptions.JedisDataException;

/// Sends commands of the query engine, and tells an index that is not there from a server that is away.
final class Commands {
    private final RedisConnections redis;

    Commands(RedisConnections redis) {
        this.redis = redis;
    }

    /// Asks an index.
    ///
    /// @param missing what to throw if the server does not know the index
    Object ask(Command command, List<byte[]> arguments, Supplier<IndexMissingException> missing) {
        return redis.ask(jedis -> {
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

    /// What the server tells of an index; empty: it does not know it.
    Optional<Replies.Info> info(String nameOrAlias) {
        return redis.ask(jedis -> {
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

    /// Makes an index.
    ///
    /// @throws IllegalArgumentException if the server does not know such an index
    void create(List<String> definition) {
        redis.ask(jedis -> {
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
                            "A query engine that takes the index definition " + String.join(" ", definition)
                                    + " was expected, found: " + found
                                    + ". Take database 0 of a Redis 8 or later; an older one needs index.vector-type=float32",
                            e);
                }
                throw e;
            }
        });
    }

    /// Lets an alias mean an index, whatever it meant before, in one step.
    void alias(String alias, String definition) {
        redis.ask(
                jedis -> RedisConnections.send(jedis, Command.ALIAS_UPDATE, List.of(bytes(alias), bytes(definition))));
    }

    /// Removes an index and its aliases, and leaves its hashes; does nothing if it is not there.
    void drop(String definition) {
        redis.ask(jedis -> {
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

    /// The names of all indexes whose names begin so.
    List<String> list(String prefix) {
        Object reply = redis.ask(jedis -> RedisConnections.send(jedis, Command.LIST, List.of()));
        return Replies.names(reply).stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    /// Each version words it in its own way.
    private static boolean isNoIndex(JedisDataException refusal) {
        String message = String.valueOf(refusal.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no such index")
                || message.contains("unknown index")
                || message.contains("index not found")
                || message.contains("search_index_not_found");
    }
}
