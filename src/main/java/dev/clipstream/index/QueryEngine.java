package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import redis.clients.jedis.ClusterCommandArguments;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;

/// Sends commands of the query engine, and tells an index that is not there from a server that is away.
final class QueryEngine {
    private final RedisConnections redis;

    QueryEngine(RedisConnections redis) {
        this.redis = redis;
    }

    /// Asks an index.
    ///
    /// @param missing what to throw if the server does not know the index
    Object ask(QueryCommand command, List<byte[]> arguments, Supplier<IndexMissingException> missing) {
        return redis.ask(jedis -> {
            try {
                return send(jedis, command, arguments);
            } catch (JedisDataException e) {
                if (isNoIndex(e)) {
                    throw missing.get();
                }
                throw e;
            }
        });
    }

    /// What the server tells of an index; empty: it does not know it.
    Optional<QueryReplies.Info> info(String nameOrAlias) {
        return redis.ask(jedis -> {
            try {
                return Optional.of(QueryReplies.info(send(jedis, QueryCommand.INFO, List.of(bytes(nameOrAlias)))));
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
                return send(
                        jedis,
                        QueryCommand.CREATE,
                        definition.stream().map(RedisScript::bytes).toList());
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
        redis.ask(jedis -> send(jedis, QueryCommand.ALIAS_UPDATE, List.of(bytes(alias), bytes(definition))));
    }

    /// Removes an index and its aliases, and leaves its hashes; does nothing if it is not there.
    void drop(String definition) {
        redis.ask(jedis -> {
            try {
                return send(jedis, QueryCommand.DROP_INDEX, List.of(bytes(definition)));
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
        Object reply = redis.ask(jedis -> send(jedis, QueryCommand.LIST, List.of()));
        return QueryReplies.names(reply).stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    /// To any node of a cluster: each asks the others.
    static Object send(UnifiedJedis jedis, ProtocolCommand command, List<byte[]> arguments) {
        return jedis.executeCommand(new ClusterCommandArguments(command).addObjects(arguments));
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
