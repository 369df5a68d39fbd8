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

    private static final Pattern CHINESE = Pattern.compile("clip_cn_(vit-[blh]-1[46](-336)?|rn50)\\.pt");

    private final Path root;
    private final Path bundle;
    private final JsonNode config;
    private final Exporter exporter;

    /// @param root   the folder with the weights
    /// @param bundle the folder that the user named
    private ExportAdvice(Path root, Path bundle) throws ModelException {
        this.root = root;
        this.bundle = bundle;
        this.config =
                JsonFile.readIfPresent(root, "config.json").map(JsonFile::tree).orElse(MissingNode.getInstance());
        this.exporter = new Exporter(names(root), config.path("model_type").asString(""));
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
        return exporter.weights()
                .map(file -> new ModelException(
                        "an ONNX export of the model in " + bundle.getFileName(),
                        folder + file + kind + (exporter.hasCode() ? " with program code of its own" : "") + NO_GRAPH,
                        remedy(file)));
    }

    private String remedy(String weights) {
        Matcher chinese = CHINESE.matcher(weights);
        if (exporter.type().equals("siglip2") && config.path("vision_config").has("num_patches")) {
            return "take a SigLIP 2 of a fixed size, such as google/siglip2-base-patch16-224: this one is a NaFlex model,"
                    + " which takes patches of images of many sizes, and Clipstream serves none of these";
        }
        Optional<String> command = exporter.command(root.toString(), "local-dir:" + root, out());
        if (command.isPresent()) {
            return advice(command.get());
        }
        if (chinese.matches()) {
            return advice(Exporter.line(List.of(
                    "python",
                    "cn_clip/deploy/pytorch_to_onnx.py",
                    "--model-arch",
                    architecture(chinese.group(1)),
                    "--pytorch-ckpt-path",
                    root.resolve(weights).toString(),
                    "--save-onnx-path",
                    out() + "/" + chinese.group(1),
                    "--convert-text",
                    "--convert-vision")));
        }
        if (exporter.hasCode()) {
            return Exporter.CODE;
        }
        if (exporter.type().isEmpty()) {
            return advice(Exporter.openClip(
                            "NAME", out(), "--pretrained", root.resolve(weights).toString()))
                    + ", with OpenCLIP's NAME of the model, such as ViT-B-32";
        }
        return "export it to ONNX (" + DOCUMENT + "), or take a repository that has an export";
    }

    private static String advice(String line) {
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
