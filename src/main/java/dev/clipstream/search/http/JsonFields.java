package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The members of a JSON object, as request fields.
final class JsonFields extends RequestFields {
    private final String path;
    private final JsonNode object;

    /// @param path the path of the object in the request, for messages; empty for the root
    /// @throws SearchException if the value is not an object
    JsonFields(String path, JsonNode object) {
        this.path = path;
        this.object = object;
        if (!object.isObject()) {
            throw SearchException.badQuery(
                    "a JSON object" + (path.isEmpty() ? "" : " as " + path), kind(object), "correct it");
        }
    }

    /// Returns the path of the object, for messages.
    String path() {
        return path;
    }

    @Override
    String place(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    @Override
    Set<String> names() {
        return new LinkedHashSet<>(object.propertyNames());
    }

    /// Returns the value of a member, or null if it is missing or null.
    @Nullable
    JsonNode member(String name) {
        reads(name);
        JsonNode found = object.get(name);
        return found == null || found.isNull() ? null : found;
    }

    @Override
    @Nullable
    String textOf(String name) {
        JsonNode found = member(name);
        return found == null ? null : string(name, found);
    }

    private String string(String name, JsonNode value) {
        if (!value.isString()) {
            throw wrong(name, "a string", kind(value));
        }
        return value.stringValue();
    }

    @Override
    Set<String> textsOf(String name) {
        Set<String> texts = new LinkedHashSet<>();
        JsonNode found = member(name);
        if (found != null) {
            if (!found.isArray()) {
                throw wrong(name, "an array of strings", kind(found));
            }
            found.forEach(item -> texts.add(string(name, item)));
        }
        return texts;
    }

    @Override
    Map<String, String> pairsOf(String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        JsonNode found = member(name);
        if (found != null) {
            if (!found.isObject()) {
                throw wrong(name, "an object of strings", kind(found));
            }
            found.forEachEntry((key, value) -> pairs.put(key, string(name + "." + key, value)));
        }
        return pairs;
    }

    @Override
    @Nullable
    Number numberOf(String name) {
        JsonNode found = member(name);
        if (found == null) {
            return null;
        }
        if (!found.isNumber()) {
            throw wrong(name, "a number", kind(found));
        }
        return found.numberValue();
    }

    /// Describes a value, for messages.
    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> value.toString();
            default -> value.isMissingNode() ? RequestFields.NOTHING : value.toString();
        };
    }
}
