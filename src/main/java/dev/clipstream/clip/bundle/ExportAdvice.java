package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Says how a folder with a model in another format than ONNX is exported: the refusal names the weights that were
/// found and the command of the exporter that fits them.
final class ExportAdvice {
    private static final String DOCUMENT = "docs/export.md";
    private static final String NO_GRAPH = " and no .onnx file";

    /// Weights of other formats, in the order in which they are named.
    private static final List<Pattern> WEIGHTS = List.of(
            Pattern.compile("model\\.safetensors(\\.index\\.json)?"),
            Pattern.compile("open_clip_(model\\.safetensors|pytorch_model\\.bin)"),
            Pattern.compile("pytorch_model\\.bin(\\.index\\.json)?"),
            Pattern.compile(".*\\.safetensors"),
            Pattern.compile(".*\\.(pt|pth|ckpt|bin)"),
            Pattern.compile("tf_model\\.h5|flax_model\\.msgpack|.*\\.(gguf|tflite|mlpackage|xml)"));

    /// Values of `model_type` that optimum exports.
    private static final Set<String> OPTIMUM = Set.of("clip", "siglip", "chinese_clip", "metaclip_2");

    private static final Pattern CHINESE = Pattern.compile("clip_cn_(vit-[blh]-1[46](-336)?|rn50)\\.pt");

    private final Path root;
    private final Path bundle;
    private final Set<String> names;
    private final JsonNode config;

    /// @param root   the folder with the weights
    /// @param bundle the folder that the user named
    private ExportAdvice(Path root, Path bundle) throws ModelException {
        this.root = root;
        this.bundle = bundle;
        this.names = names(root);
        this.config =
                JsonFile.readIfPresent(root, "config.json").map(JsonFile::tree).orElse(MissingNode.getInstance());
    }

    /// Returns the refusal of a folder without graphs; empty if it holds no weights of another format either.
    ///
    /// @param root the bundle's real path
    static Optional<ModelException> refusal(Path root) {
        Path inner = root.resolve("0_CLIPModel");
        boolean sentences = Files.isRegularFile(root.resolve("modules.json")) && Files.isDirectory(inner);
        try {
            return sentences
                    ? new ExportAdvice(inner, root).refusal("0_CLIPModel/", " of sentence-transformers")
                    : new ExportAdvice(root, root).refusal("", "");
        } catch (ModelException damagedConfiguration) {
            return Optional.of(damagedConfiguration);
        }
    }

    private Optional<ModelException> refusal(String folder, String kind) {
        Optional<String> weights = WEIGHTS.stream()
                .flatMap(pattern -> names.stream()
                        .filter(name -> pattern.matcher(name).matches())
                        .limit(1))
                .findFirst();
        return weights.map(file -> new ModelException(
                "an ONNX export of the model in " + bundle.getFileName(),
                folder + file + kind + (hasCode() ? " with program code of its own" : "") + NO_GRAPH,
                remedy(file)));
    }

    private String remedy(String weights) {
        String type = config.path("model_type").asString("");
        Matcher chinese = CHINESE.matcher(weights);
        if (type.equals("siglip2") && config.path("vision_config").has("num_patches")) {
            return "take a SigLIP 2 of a fixed size, such as google/siglip2-base-patch16-224: this one is a NaFlex model,"
                    + " which takes patches of images of many sizes, and Clipstream serves none of these";
        }
        if (OPTIMUM.contains(type) && !weights.startsWith("open_clip")) {
            return command(
                    "optimum-cli export onnx --model " + root + " --task zero-shot-image-classification " + out());
        }
        if (names.contains("open_clip_config.json")) {
            return command("python docs/python/export_open_clip.py local-dir:" + root + " " + out());
        }
        if (chinese.matches()) {
            return command("python cn_clip/deploy/pytorch_to_onnx.py --model-arch " + architecture(chinese.group(1))
                    + " --pytorch-ckpt-path " + root.resolve(weights) + " --save-onnx-path " + out() + "/"
                    + chinese.group(1) + " --convert-text --convert-vision");
        }
        if (hasCode()) {
            return "look for an ONNX export of this model (clipstream model list knows some): Clipstream runs no code"
                    + " of a model; or export it with that code (" + DOCUMENT + ")";
        }
        if (type.isEmpty()) {
            return command("python docs/python/export_open_clip.py NAME " + out() + " --pretrained "
                            + root.resolve(weights))
                    + ", with OpenCLIP's NAME of the model, such as ViT-B-32";
        }
        return "export it to ONNX (" + DOCUMENT + "), or take a repository that has an export";
    }

    private static String command(String line) {
        return "export it with: " + line + " (" + DOCUMENT + " has the packages and the details)";
    }

    private String out() {
        return bundle.resolveSibling(bundle.getFileName() + "-onnx").toString();
    }

    private static String architecture(String name) {
        return name.equals("rn50")
                ? "RN50"
                : name.replace("vit-", "ViT-")
                        .replaceFirst("-b-", "-B-")
                        .replaceFirst("-l-", "-L-")
                        .replaceFirst("-h-", "-H-");
    }

    private boolean hasCode() {
        return names.stream().anyMatch(name -> name.endsWith(".py"));
    }

    private static Set<String> names(Path folder) {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        } catch (IOException e) {
            return Set.of();
        }
        return names;
    }
}
