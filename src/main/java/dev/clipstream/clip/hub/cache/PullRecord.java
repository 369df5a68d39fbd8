package dev.clipstream.clip.hub.cache;

import dev.clipstream.clip.bundle.LearnedScale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a pull found out, so that the next start needs no network: `.clipstream/STATE.json` in a repository's folder.
/// The Python clients do not look there.
///
/// @param commit  that the hub named
/// @param choices the files of each choice of weights that is complete
/// @param scales  learned scales of the original weights, by the folder of the model that has them, which is empty in a
///                repository of one model
public record PullRecord(Optional<String> commit, Map<String, List<String>> choices, Map<String, LearnedScale> scales) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int LONGEST = 1 << 20;

    /// The record of nothing.
    public static final PullRecord EMPTY = new PullRecord(Optional.empty(), Map.of(), Map.of());

    public PullRecord {
        choices = Map.copyOf(choices);
        scales = Map.copyOf(scales);
    }

    private static Path file(HubCache cache, String repository, String state) {
        return cache.repository(repository).resolve(".clipstream").resolve(state.replace("/", "--") + ".json");
    }

    /// Returns this record with one more choice of weights.
    public PullRecord with(String choice, List<String> files) {
        Map<String, List<String>> more = new TreeMap<>(choices);
        more.put(choice, List.copyOf(files));
        return new PullRecord(commit, more, scales);
    }

    /// Returns this record with what another pull found out; this one's findings come first.
    public PullRecord over(PullRecord other) {
        Map<String, List<String>> allChoices = new TreeMap<>(other.choices);
        allChoices.putAll(choices);
        Map<String, LearnedScale> allScales = new TreeMap<>(other.scales);
        allScales.putAll(scales);
        return new PullRecord(commit, allChoices, allScales);
    }

    /// Returns the learned scale of a model; empty if no pull found one.
    ///
    /// @param folder of the model in the repository
    public Optional<LearnedScale> scale(String folder) {
        return Optional.ofNullable(scales.get(folder));
    }

    /// Reads a record; a missing or damaged one is empty.
    public static PullRecord read(HubCache cache, String repository, String state) throws IOException {
        Path file = file(cache, repository, state);
        if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) {
            return EMPTY;
        }
        try {
            JsonNode tree = JSON.readTree(Files.readAllBytes(file));
            Map<String, List<String>> choices = new TreeMap<>();
            for (Map.Entry<String, JsonNode> choice : tree.path("choices").properties()) {
                List<String> files = new ArrayList<>();
                choice.getValue().forEach(name -> files.add(name.asString("")));
                choices.put(choice.getKey(), files);
            }
            String commit = tree.path("commit").asString("");
            Map<String, LearnedScale> scales = new TreeMap<>();
            for (Map.Entry<String, JsonNode> scale : tree.path("scales").properties()) {
                scale(scale.getValue()).ifPresent(value -> scales.put(scale.getKey(), value));
            }
            return new PullRecord(commit.isEmpty() ? Optional.empty() : Optional.of(commit), choices, scales);
        } catch (JacksonException | IllegalArgumentException e) {
            return EMPTY;
        }
    }

    private static Optional<LearnedScale> scale(JsonNode tree) {
        JsonNode scale = tree.path("logit_scale");
        JsonNode bias = tree.path("logit_bias");
        return scale.isNumber()
                ? Optional.of(new LearnedScale(
                        scale.doubleValue(),
                        bias.isNumber() ? Optional.of(bias.doubleValue()) : Optional.empty(),
                        tree.path("source").asString("")))
                : Optional.empty();
    }

    /// Writes the record. The caller holds the repository's lock.
    public void write(HubCache cache, String repository, String state) throws IOException {
        ObjectNode tree = JSON.createObjectNode().put("repository", repository);
        commit.ifPresent(value -> tree.put("commit", value));
        ObjectNode all = tree.putObject("choices");
        new TreeMap<>(choices).forEach((choice, files) -> {
            ArrayNode names = all.putArray(choice);
            files.forEach(names::add);
        });
        ObjectNode found = tree.putObject("scales");
        new TreeMap<>(scales).forEach((folder, value) -> {
            ObjectNode scale = found.putObject(folder).put("logit_scale", value.scale());
            value.bias().ifPresent(bias -> scale.put("logit_bias", bias));
            scale.put("source", value.source());
        });
        Path file = file(cache, repository, state);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        Files.write(fresh, JSON.writeValueAsBytes(tree));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
