package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSON file of a bundle. Its refusals name it.
///
/// @param name the file's path inside the bundle
/// @param tree its content, an object
public record JsonFile(String name, JsonNode tree) {

    /// Reads a file.
    public static JsonFile read(Path root, Path file) throws ModelException {
        String name = root.relativize(file).toString();
        try {
            JsonNode tree = JsonMapper.shared().readTree(BundleBytes.read(file, name));
            if (tree == null || !tree.isObject()) {
                throw new ModelException("a JSON object in " + name, "something else", "copy the file again");
            }
            return new JsonFile(name, tree);
        } catch (JacksonException e) {
            // the library's message quotes the source code of the library
            TokenStreamLocation where = e.getLocation();
            throw new ModelException(
                    "JSON in " + name,
                    where == null
                            ? "something else"
                            : "a mistake at line " + where.getLineNr() + ", column " + where.getColumnNr(),
                    "correct it or copy the file again");
        } catch (IOException e) {
            throw new ModelException("a readable file " + name, e.toString(), "check its permissions", e);
        }
    }

    /// Reads the first of several files that exists.
    ///
    /// @param candidates paths inside the bundle
    /// @return empty if none exists
    public static Optional<JsonFile> readIfPresent(Path root, String... candidates) throws ModelException {
        for (String candidate : candidates) {
            Path file = root.resolve(candidate);
            if (Files.isRegularFile(file)) {
                return Optional.of(read(root, file));
            }
        }
        return Optional.empty();
    }

    /// Returns a member, or a missing node.
    public JsonNode get(String key) {
        return tree.path(key);
    }

    /// Returns a member of a member, or a missing node.
    public JsonNode get(String key, String inner) {
        return tree.path(key).path(inner);
    }

    /// Returns an object of this file as a file of its own, or empty if the file has no such object.
    public Optional<JsonFile> nested(String key) {
        return get(key).isObject() ? Optional.of(new JsonFile(name, get(key))) : Optional.empty();
    }

    /// Returns the refusal of a member's value.
    public ModelException refuse(String expected, String key, JsonNode found, String remedy) {
        return new ModelException(
                expected + " as " + key + " in " + name, found.isMissingNode() ? "none" : found.toString(), remedy);
    }

    /// Returns a number, or `absent` if the member is missing or null.
    public double number(String key, double absent) throws ModelException {
        JsonNode node = get(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isNumber()) {
            throw refuse("a number", key, node, "correct the file");
        }
        return node.doubleValue();
    }

    /// Returns a boolean, or `absent` if the member is missing or null.
    public boolean flag(String key, boolean absent) throws ModelException {
        JsonNode node = get(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isBoolean()) {
            throw refuse("true or false", key, node, "correct the file");
        }
        return node.booleanValue();
    }

    /// Returns a string, or `absent` if the member is missing or null.
    public String text(String key, String absent) throws ModelException {
        JsonNode node = get(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isString()) {
            throw refuse("a text", key, node, "correct the file");
        }
        return node.stringValue();
    }
}
