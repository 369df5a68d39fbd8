package dev.clipstream.train;

import dev.clipstream.train.text.WordPieceVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The folder `training` inside a bundle that is being made: recipe, tokenizer, checkpoint and log.
///
/// @param path of the folder
public record TrainingFolder(Path path) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// Inside a bundle's folder.
    public static TrainingFolder in(Path bundle) {
        return new TrainingFolder(bundle.resolve("training"));
    }

    /// Begins a training: writes recipe and tokenizer.
    public void begin(Recipe recipe, WordPieceVocabulary vocabulary) throws IOException {
        Files.createDirectories(path);
        Files.deleteIfExists(checkpoint());
        Files.deleteIfExists(log());
        Files.writeString(path.resolve("tokenizer.json"), vocabulary.json());
        write(recipe);
    }

    /// Writes the recipe again.
    public void write(Recipe recipe) throws IOException {
        Files.writeString(path.resolve("recipe.json"), JSON.writeValueAsString(recipe) + "\n");
    }

    /// @throws IOException if there is none, or it is no recipe
    public Recipe recipe() throws IOException {
        Path file = path.resolve("recipe.json");
        if (!Files.isRegularFile(file)) {
            throw new IOException("A training was expected in " + path + ", found no recipe.json: leave --resume out to"
                    + " begin one");
        }
        try {
            return JSON.readValue(Files.readString(file), Recipe.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(
                    "The recipe of a training was expected in " + file + ", found something else: begin"
                            + " again without --resume",
                    e);
        }
    }

    /// Where the state after the last steps lies.
    public Path checkpoint() {
        return path.resolve("checkpoint.safetensors");
    }

    private Path log() {
        return path.resolve("log.jsonl");
    }

    /// Adds a line to the log.
    public void log(Map<String, ?> line) throws IOException {
        Files.writeString(
                log(),
                JsonMapper.shared().writeValueAsString(line) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
