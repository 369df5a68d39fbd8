package dev.clipstream.clip.hub;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.bundle.Exporter;
import dev.clipstream.clip.bundle.GraphNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The files of a repository that a model needs: its graphs in one variant, their external data, and its configuration.
/// Code, pickles and other variants stay where they are.
///
/// @param graphs their names, relative to the model's folder
/// @param names  all files, relative to the repository, the graphs first
record FileChoice(GraphNames graphs, List<String> names) {
    private static final Set<String> FOLDERS = Set.of("", "onnx/", "visual/", "textual/");
    private static final Set<String> SIDE_FILES = Set.of(
            "config.json",
            "preprocessor_config.json",
            "processor_config.json",
            "preprocess_cfg.json",
            "open_clip_config.json",
            "clipstream.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "vocab.txt",
            "merges.txt",
            "spiece.model",
            "sentencepiece.bpe.model",
            "tokenizer.model");
    private static final String OUT = "DIR";
    private static final Pattern SELF_TEST = Pattern.compile("self-test/[^/]+\\.(png|webp|jpg|jpeg)");

    /// Chooses files by their names.
    ///
    /// @param repository for messages
    /// @param all        files of the repository
    /// @param subfolder  of the model in the repository, with a slash at its end; empty for the repository itself
    /// @param weights    [ModelOptions#AUTO] or one of [ModelOptions#PREFERENCE]
    /// @param type       the model's type as the hub tells it, for messages
    /// @throws ModelException if the repository has no graphs with these weights
    static FileChoice of(
            String repository, NavigableSet<String> all, String subfolder, String weights, Optional<String> type)
            throws ModelException {
        NavigableSet<String> names = new TreeSet<>();
        for (String name : all) {
            if (name.startsWith(subfolder)) {
                names.add(name.substring(subfolder.length()));
            }
        }
        Optional<GraphNames> graphs = GraphNames.find(names, weights);
        if (graphs.isEmpty()) {
            throw nothing(repository, names, weights, type);
        }
        NavigableSet<String> graphNames =
                new TreeSet<>(List.of(graphs.get().image(), graphs.get().text()));
        NavigableSet<String> others = new TreeSet<>();
        for (String name : names) {
            if (isSideFile(name) || graphNames.stream().anyMatch(graph -> isDataOf(graph, name))) {
                others.add(name);
            }
        }
        others.removeAll(graphNames);
        List<String> chosen = new ArrayList<>();
        graphNames.forEach(name -> chosen.add(subfolder + name));
        others.forEach(name -> chosen.add(subfolder + name));
        if (!subfolder.isEmpty()) {
            // what several models share is at the top
            all.stream().filter(SIDE_FILES::contains).forEach(chosen::add);
        }
        return new FileChoice(graphs.get(), List.copyOf(chosen));
    }

    private static boolean isSideFile(String name) {
        int slash = name.lastIndexOf('/') + 1;
        return (FOLDERS.contains(name.substring(0, slash)) && SIDE_FILES.contains(name.substring(slash)))
                || SELF_TEST.matcher(name).matches();
    }

    /// `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data` and `model.onnx.extra_file` of `model.onnx`.
    private static boolean isDataOf(String graph, String name) {
        return name.startsWith(graph)
                && name.substring(graph.length()).matches("[._](onnx_)?(extra_file|data)(_\\d+)?");
    }

    private static ModelException nothing(String repository, Set<String> names, String weights, Optional<String> type) {
        List<String> others = ModelOptions.PREFERENCE.stream()
                .filter(other -> GraphNames.find(names, other).isPresent())
                .toList();
        if (!others.isEmpty()) {
            return new ModelException(
                    "graphs with weights " + weights + " in " + repository,
                    "weights " + others,
                    "name one of these after #, or leave it out");
        }
        boolean onnx = has(names, name -> name.endsWith(".onnx"));
        boolean weightsOfPyTorch =
                has(names, name -> name.endsWith(".safetensors") || name.endsWith(".bin") || name.endsWith(".pt"));
        return new ModelException(
                "ONNX graphs of a CLIP in " + repository
                        + " (onnx/vision_model.onnx and onnx/text_model.onnx, onnx/model.onnx, or the layouts of immich,"
                        + " OpenCLIP or Chinese-CLIP)",
                onnx
                        ? "other ONNX files"
                        : weightsOfPyTorch ? "weights for PyTorch only" : "neither ONNX nor PyTorch files",
                weightsOfPyTorch
                        ? remedy(repository, names, type)
                        : "take another repository (`clipstream model list`)");
    }

    /// Returns how a repository is exported. The catalogue knows originals in open_clip's form, of which the repository
    /// that users name may hold another one. A mirror that does not tell the type may have any that optimum exports.
    private static String remedy(String repository, Set<String> names, Optional<String> told) {
        Optional<String> original = Catalogue.bundled()
                .find(repository)
                .flatMap(KnownModel::original)
                .filter(other -> other.startsWith("timm/") || other.endsWith("-OpenCLIP"));
        String type = told.orElse(repository.contains("metaclip-2") ? "metaclip_2" : "");
        Exporter exporter = new Exporter(names, type);
        Optional<String> command = original.map(other -> Exporter.openClip("hf-hub:" + other, OUT))
                .or(() -> exporter.command(repository, "hf-hub:" + repository, OUT));
        if (command.isEmpty() && exporter.hasCode()) {
            return Exporter.CODE;
        }
        if (command.isEmpty() && type.isEmpty()) {
            command = Optional.of(exporter.optimum(repository, OUT));
        }
        return command.map(line -> "export it (`" + line + "`; docs/export.md has more)")
                        .orElse("export it to ONNX (docs/export.md)")
                + ", or take a repository with an export (`clipstream model list`)";
    }

    private static boolean has(Collection<String> names, Predicate<String> kind) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).anyMatch(kind);
    }
}
