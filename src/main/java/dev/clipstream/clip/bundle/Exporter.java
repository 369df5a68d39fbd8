package dev.clipstream.clip.bundle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Decides how weights of another format than ONNX are exported, by the names of a model's files and its type.
/// `docs/export.md` has the commands, each of which was run.
///
/// @param names files of the folder or repository
/// @param type  `model_type` of `config.json`; empty if unknown
public record Exporter(Set<String> names, String type) {
    /// Weights of other formats, in the order in which they are named.
    private static final List<Pattern> WEIGHTS = List.of(
            Pattern.compile("model\\.safetensors(\\.index\\.json)?"),
            Pattern.compile("open_clip_(model\\.safetensors|pytorch_model\\.bin)"),
            Pattern.compile("pytorch_model\\.bin(\\.index\\.json)?"),
            Pattern.compile(".*\\.safetensors"),
            Pattern.compile(".*\\.(pt|pth|ckpt|bin)"),
            Pattern.compile("tf_model\\.h5|flax_model\\.msgpack|.*\\.(gguf|tflite|mlpackage|xml)"));

    private static final String METACLIP_2 = "metaclip_2";
    /// Values of `model_type` that optimum exports.
    private static final Set<String> OPTIMUM = Set.of("clip", "siglip", "chinese_clip", METACLIP_2);

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

    /// The advice for a model with program code of its own.
    public static final String CODE =
            "look for an ONNX export of this model (`clipstream model list` knows some): Clipstream runs no code of a"
                    + " model; or export it with that code (docs/export.md)";

    public Exporter {
        names = Set.copyOf(names);
    }

    /// Returns the weights that an exporter reads, or empty if the files contain no such weights.
    public Optional<String> weights() {
        return WEIGHTS.stream()
                .flatMap(pattern -> names.stream()
                        .filter(name -> pattern.matcher(name).matches())
                        .sorted()
                        .limit(1))
                .findFirst();
    }

    /// Returns whether the model brings program code.
    public boolean hasCode() {
        return names.stream().anyMatch(name -> name.endsWith(".py"));
    }

    /// Returns the command of the exporter that takes the model as it is, ready for a shell; empty if none does.
    ///
    /// @param model    the folder or `ORG/NAME`, for optimum
    /// @param openClip the same for OpenCLIP, with its prefix
    /// @param out      the folder to write
    public Optional<String> command(String model, String openClip, String out) {
        if (OPTIMUM.contains(type)
                && weights().filter(file -> file.startsWith("open_clip")).isEmpty()) {
            return Optional.of(optimum(model, out));
        }
        return names.contains("open_clip_config.json") ? Optional.of(openClip(openClip, out)) : Optional.empty();
    }

    /// Returns the command of optimum. The towers of MetaCLIP 2 need graphs of their own: its single graph has the end
    /// of the exporter's example text in it.
    public String optimum(String model, String out) {
        List<String> words = new ArrayList<>(List.of("optimum-cli", "export", "onnx", "--model", model));
        if (type.equals(METACLIP_2)) {
            words.addAll(List.of("--variant", "split"));
        }
        words.addAll(List.of("--task", "zero-shot-image-classification", out));
        return line(words);
    }

    /// Returns the command of the script for models of OpenCLIP.
    ///
    /// @param more options
    public static String openClip(String model, String out, String... more) {
        List<String> words = new ArrayList<>(List.of("python", "docs/python/export_open_clip.py", model, out));
        words.addAll(List.of(more));
        return line(words);
    }

    /// Returns a command of these words, each quoted where a shell would change it.
    static String line(List<String> words) {
        return words.stream()
                .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
