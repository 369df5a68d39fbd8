package dev.clipstream.cli.catalogue;

import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.RowWriter;
import dev.clipstream.clip.hub.Catalogue;
import dev.clipstream.clip.hub.KnownModel;
import dev.clipstream.clip.hub.cache.HubCache;
import dev.clipstream.clip.hub.cache.HuggingFaceCache;
import dev.clipstream.clip.hub.environment.HubEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints the models of the catalogue.
@Command(
        name = "list",
        description = {
            "List well-known models, which --model accepts by these names and by those of their exports.",
            "Columns: size is the download of the export's first weights, with ~ an estimate, or (cached); (export) has no"
                    + " known ONNX export, so make one (docs/export.md); (none) cannot be served. Speed compares an image's operations with ViT-B/32's: fast"
                    + " up to 2 times, medium 8, slow 32. Quality is the published zero-shot top-1 on ImageNet in"
                    + " percent; with --language other than en, the recall of image retrieval in that language.",
            "Output in a pipe, or with --json: one line per model with every fact."
        })
public final class ModelListCommand implements Callable<Integer> {
    @Mixin
    private final CatalogueOptions options = new CatalogueOptions();

    @Option(
            names = "--licence",
            paramLabel = "TEXT",
            description = "Only models whose licence contains this text, such as MIT.")
    private String licence = "";

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        List<KnownModel> models = Catalogue.bundled().models().stream()
                .filter(options::accepts)
                .filter(model -> model.licence().toLowerCase(Locale.ROOT).contains(licence.toLowerCase(Locale.ROOT)))
                .toList();
        KnownModelRow row = new KnownModelRow(options.language().orElse("en"), models);
        RowWriter writer = output.rowWriter(row.header());
        HubCache cache = new HuggingFaceCache(HubEnvironment.ofProcess().huggingFaceCache());
        for (KnownModel model : models) {
            boolean cached = isIn(cache, model);
            if (!writer.write(KnownModelLine.of(model, cached), row.of(model, cached))) {
                break;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    /// Returns whether the cache has graphs of the model: a repository may hold several models, and another program may
    /// have pulled a configuration alone.
    private static boolean isIn(HubCache cache, KnownModel model) throws IOException {
        for (KnownModel.Export export : model.exports()) {
            Optional<String> state = cache.state(export.repository(), "main");
            if (state.isPresent()
                    && hasGraphs(cache.snapshot(export.repository(), state.get())
                            .resolve(export.folder().orElse("")))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasGraphs(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".onnx"));
        }
    }
}
