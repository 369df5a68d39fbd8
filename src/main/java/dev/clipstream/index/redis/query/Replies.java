package dev.clipstream.index.redis.query;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Replies of the query engine in RESP 2, as Jedis gives them unread: lists, byte arrays and numbers.
final class Replies {
    private Replies() {}

    /// How many documents `FT.SEARCH` found in all.
    static long total(Object reply) {
        return number(list(reply).getFirst());
    }

    /// The fields of each document that `FT.SEARCH` found. One that expired meanwhile is left out.
    static List<Map<String, String>> documents(Object reply) {
        List<?> parts = list(reply); // the total, then a key and its fields in turn
        List<Map<String, String>> documents = new ArrayList<>();
        for (int i = 2; i < parts.size(); i += 2) {
            if (parts.get(i) instanceof List<?> fields) {
                documents.add(fields(fields));
            }
        }
        return documents;
    }

    /// The fields of each row that `FT.AGGREGATE` gives; a field without a value is left out.
    static List<Map<String, String>> rows(Object reply) {
        List<?> parts = list(reply); // a number without meaning, then the rows
        List<Map<String, String>> rows = new ArrayList<>();
        for (Object row : parts.subList(1, parts.size())) {
            rows.add(fields(list(row)));
        }
        return rows;
    }

    private static Map<String, String> fields(List<?> pairs) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            String name = text(pairs.get(i));
            String value = text(pairs.get(i + 1));
            if (name != null && value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    /// What `FT.INFO` tells of an index.
    ///
    /// @param name      of the definition, whatever alias was asked for
    /// @param dimension of its vectors; 0: an older server does not tell
    /// @param documents that it holds
    /// @param failures  documents that it could not take in since it was made: of another dimension, say
    /// @param indexed   0 to 1: how much of what was there before it was made it holds
    record Info(String name, int dimension, long documents, long failures, double indexed) {}

    static Info info(Object reply) {
        List<?> pairs = list(reply);
        int dimension = 0;
        if (find(pairs, "attributes").orElse(null) instanceof List<?> attributes) {
            for (Object attribute : attributes) {
                dimension = Math.max(
                        dimension,
                        find(list(attribute), "dim")
                                .map(found -> Math.toIntExact(number(found)))
                                .orElse(0));
            }
        }
        return new Info(
                String.valueOf(text(required(pairs, "index_name"))),
                dimension,
                number(required(pairs, "num_docs")),
                find(pairs, "hash_indexing_failures").map(Replies::number).orElse(0L),
                find(pairs, "percent_indexed")
                        .map(found -> Double.parseDouble(String.valueOf(text(found))))
                        .orElse(1.0));
    }

    private static Object required(List<?> pairs, String name) {
        return find(pairs, name)
                .orElseThrow(() -> new IllegalStateException("The field " + name
                        + " of FT.INFO was expected, found none: this query engine is not one that is known here"));
    }

    private static Optional<Object> find(List<?> pairs, String name) {
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            String found = text(pairs.get(i));
            if (found != null && found.toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.ofNullable(pairs.get(i + 1));
            }
        }
        return Optional.empty();
    }

    /// The names of `FT._LIST`.
    static List<String> names(Object reply) {
        return list(reply).stream().map(name -> String.valueOf(text(name))).toList();
    }

    private static List<?> list(@Nullable Object reply) {
        if (reply instanceof List<?> parts) {
            return parts;
        }
        throw new IllegalStateException("A list was expected of the query engine, found " + text(reply)
                + ": this is not one that is known here");
    }

    private static long number(Object value) {
        return value instanceof Long whole ? whole : Math.round(Double.parseDouble(String.valueOf(text(value))));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof byte[] raw
                ? new String(raw, StandardCharsets.UTF_8)
                : value == null ? null : value.toString();
    }
}
