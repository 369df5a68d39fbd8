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

/// The folder `training` inside a bundle that is being made: recipe, tokenizer, list of held-out pictures,
/// checkpoint and log.
///
/// @param path of the folder
public record TrainingFolder(Path path) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES) // recipes of before holdOut was told
            .build();

    /// Inside a bundle's folder.
    public static TrainingFolder in(Path bundle) {
        return new TrainingFolder(bundle.resolve("training"));
    }

    /// Begins a training: writes recipe and tokenizer.
    public void begin(Recipe recipe, WordPieceVocabulary vocabulary) throws IOException {
        Files.createDirectories(path);
        Files.deleteIfExists(checkpoint());
        Files.deleteIfExists(log());
        Files.deleteIfExists(heldOut());
        Files.writeString(path.resolve("tokenizer.json"), vocabulary.json());
        write(recipe);
    }

    /// Writes the recipe again: beside its place, then moved there, so that a crash leaves the former one.
    public void write(Recipe recipe) throws IOException {
        Path written = path.resolve("recipe.json.new");
        Files.writeString(written, JSON.writeValueAsString(recipe) + "\n");
        Files.move(
                written,
                path.resolve("recipe.json"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
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

    /// Where the pictures are listed that no step sees.
    public Path heldOut() {
        return path.resolve("held-out.jsonl");
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
