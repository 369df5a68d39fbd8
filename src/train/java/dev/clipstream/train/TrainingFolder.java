package dev.clipstream.train;

import dev.clipstream.train.text.WordPieceVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The folder `training` inside a bundle: recipe, tokenizer, list of held-out images, checkpoint and log.
///
/// @param path of the folder
public record TrainingFolder(Path path) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES) // recipes of older versions have no holdOut
            .build();

    /// Returns the folder inside a bundle's folder.
    public static TrainingFolder in(Path bundle) {
        return new TrainingFolder(bundle.resolve("training"));
    }

    /// Writes the recipe and the tokenizer of a new training.
    public void begin(Recipe recipe, WordPieceVocabulary vocabulary) throws IOException {
        Files.createDirectories(path);
        Files.deleteIfExists(checkpoint());
        Files.deleteIfExists(log());
        Files.deleteIfExists(heldOut());
        Files.writeString(path.resolve("tokenizer.json"), vocabulary.json());
        write(recipe);
    }

    /// Replaces the recipe: writes a temporary file and renames it, so that a crash leaves the previous one.
    public void write(Recipe recipe) throws IOException {
        Path written = path.resolve("recipe.json.new");
        Files.writeString(written, JSON.writeValueAsString(recipe) + "\n");
        Files.move(
                written,
                path.resolve("recipe.json"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /// Reads the recipe.
    ///
    /// @throws IOException if it is missing or invalid
    public Recipe recipe() throws IOException {
        Path file = path.resolve("recipe.json");
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    path + ": Expected a training, found no recipe.json. Leave --resume out to begin one.");
        }
        try {
            return JSON.readValue(Files.readString(file), Recipe.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(
                    file + ": Expected the recipe of a training, found something else. Begin again without"
                            + " --resume.",
                    e);
        }
    }

    /// Returns the checkpoint's file.
    public Path checkpoint() {
        return path.resolve("checkpoint.safetensors");
    }

    /// Returns the manifest of the held-out images.
    public Path heldOut() {
        return path.resolve("held-out.jsonl");
    }

    private Path log() {
        return path.resolve("log.jsonl");
    }

    /// Appends a line to the log.
    public void log(Map<String, ?> line) throws IOException {
        Files.writeString(
                log(),
                JsonMapper.shared().writeValueAsString(line) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
