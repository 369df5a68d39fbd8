package dev.clipstream.train.cli;

import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.cli.quality.LabelSetEvaluation;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.train.data.CaptionedImage;
import dev.clipstream.train.data.ImageFolder;
import dev.clipstream.train.data.Manifest;
import dev.clipstream.train.evaluate.Evaluation;
import dev.clipstream.train.evaluate.Evaluation.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures a model on the user's images.
@Command(
        name = "evaluate",
        description = {
            "Measure a model on labelled or captioned images, or a label set on media whose labels are known.",
            "Zero-shot accuracy with and without prompt templates, retrieval, contrastive loss and confusions.",
            "With --label-set: precision, recall, F1 and average precision of each label, and calibration error.",
            "With --suite weaknesses: on what models of this kind do badly, with and without five examples per class.",
            "A table on standard error, one JSON line on standard output."
        })
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final ModelOption model = new ModelOption();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = "--labels",
            paramLabel = "FILE.yaml",
            description =
                    "The label set. An image belongs to the label whose id or name is its folder's name or one of its texts. Default: the folders' names.")
    private @Nullable Path labels;

    @Option(
            names = "--language",
            paramLabel = "TAG",
            description = "Language of the label names. Default: the label set's.")
    private @Nullable String language;

    @Option(
            names = "--matrix",
            paramLabel = "FILE.png|FILE.svg",
            description = "Draw the cosine similarities of images and texts: of classes, or of the first 64 pairs.")
    private @Nullable Path matrix;

    @Option(names = "--decode", paramLabel = "fast|exact", description = "Default: ${DEFAULT-VALUE}.")
    private DecodeMode decode = DecodeMode.FAST;

    /// The sources, one of which is required.
    static final class Source extends ManifestSource {
        @Option(
                names = "--label-set",
                paramLabel = "FILE|NAME",
                description =
                        "The label set to measure, on the media of --truth: images, or with --index the vectors of"
                                + " stored media. A file (YAML), a bundled label set (everyday, moderation) or, with"
                                + " --bootstrap-servers, one of the topic.")
        private @Nullable String labelSet;

        @Option(
                names = "--classes",
                paramLabel = "DIR",
                description = "A folder with a subfolder of images for each class.")
        private @Nullable Path folder;

        @Option(
                names = "--suite",
                paramLabel = "weaknesses|boxes",
                description = "Pictures that the command draws. weaknesses: counts, positions, handwritten digits,"
                        + " look-alikes, and text over objects. boxes: objects whose positions are known, and how well"
                        + " the boxes of tags fit them.")
        private @Nullable DrawnSuite suite;
    }

    /// The suites that the command draws itself.
    enum DrawnSuite {
        WEAKNESSES,
        BOXES
    }

    @Mixin
    private final WeaknessOptions weaknesses = new WeaknessOptions();

    @Mixin
    private final LabelSetEvaluation labelSet = new LabelSetEvaluation();

    @Override
    public Integer call() throws IOException, ModelException, LabelSetException, SettingException {
        DrawnSuite suite = source.suite;
        if (suite != null) {
            try (ClipModel clip = model.open()) {
                switch (suite) {
                    case WEAKNESSES -> weaknesses.measure(clip);
                    case BOXES -> BoxSuite.run(clip, weaknesses.scenes(), weaknesses.seed());
                }
            }
            return CommandLine.ExitCode.OK;
        }
        if (source.labelSet != null) {
            return labelSet.measure(source.labelSet, model);
        }
        if (matrix != null && !matrix.toString().matches("(?i).*\\.(png|svg)")) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--matrix: Expected a file named *.png or *.svg, found " + matrix);
        }
        if (matrix != null && !Files.isDirectory(matrix.toAbsolutePath().resolveSibling("."))) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--matrix: Expected a file in an existing folder, found " + matrix);
        }
        if (language != null && labels == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--language: Expected --labels FILE.yaml as well, found none. Add it.");
        }
        LabelSet named = labels == null ? null : LabelSetFile.read(labels);
        SkippedInputs leftOut = new SkippedInputs();
        List<CaptionedImage> pictures = pictures(leftOut);
        try (ClipModel clip = model.open()) {
            List<Seen> seen = see(clip, pictures, leftOut);
            if (seen.isEmpty()) {
                System.err.println("none of " + pictures.size() + " images can be read");
                return Failures.INPUT_FAILED;
            }
            Evaluation evaluation = evaluate(clip, seen, named == null ? classes(pictures) : named);
            EvaluationTable.print(evaluation, leftOut.count(), labels != null);
            new JsonLines().write(line(clip, evaluation, leftOut.count()));
            if (matrix != null) {
                evaluation.similarities().write(matrix);
            }
            return leftOut.count() == 0 ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
        }
    }

    private List<CaptionedImage> pictures(SkippedInputs leftOut) throws IOException {
        Path manifest = source.manifest();
        return manifest != null
                ? Manifest.read(manifest, leftOut::add)
                : ImageFolder.byFolderName(source.folder == null ? Path.of("") : source.folder, leftOut::add);
    }

    private Evaluation evaluate(ClipModel clip, List<Seen> seen, @Nullable LabelSet asked) {
        try {
            return Evaluation.of(clip, seen, asked, language);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<Seen> see(ClipModel clip, List<CaptionedImage> pictures, SkippedInputs leftOut) {
        List<Seen> seen = new ArrayList<>();
        try (ImageFileEmbedder embedder = new ImageFileEmbedder(clip, decode);
                Progress progress = Progress.of("images", pictures.size())) {
            for (int from = 0; from < pictures.size(); from += ImageFileEmbedder.window()) {
                List<CaptionedImage> window =
                        pictures.subList(from, Math.min(pictures.size(), from + ImageFileEmbedder.window()));
                List<CompletableFuture<Seen>> futures = window.stream()
                        .map(picture -> embedder.embed(picture.image().toString())
                                .thenApply(vector -> new Seen(vector, picture.texts())))
                        .toList();
                for (int i = 0; i < futures.size(); i++) {
                    try {
                        seen.add(futures.get(i).join());
                    } catch (CompletionException e) {
                        leftOut.add(window.get(i).image(), e.getCause() == null ? e : e.getCause());
                    }
                    progress.step();
                }
            }
        }
        return seen;
    }

    /// Returns the folders' names as labels, or null if the images come from a manifest.
    private @Nullable LabelSet classes(List<CaptionedImage> pictures) {
        return source.folder == null
                ? null
                : LabelSetFile.ofNames(pictures.stream()
                        .map(picture -> picture.texts().getFirst())
                        .toList());
    }

    private Map<String, Object> line(ClipModel clip, Evaluation evaluation, int broken) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("model", clip.identity().id());
        line.put("fingerprint", clip.identity().fingerprint());
        line.put("pictures", evaluation.pictures());
        line.put("broken", broken);
        line.put("texts", evaluation.texts());
        if (evaluation.withTemplates() != null && evaluation.namesAlone() != null) {
            line.put("unlabelled", evaluation.unlabelled().size());
            line.put("zeroShot", evaluation.withTemplates());
            line.put(
                    "zeroShotNamesAlone",
                    Map.of(
                            "top1", evaluation.namesAlone().top1(),
                            "top5", evaluation.namesAlone().top5()));
        }
        if (labels != null) {
            line.put("tags", evaluation.tags());
        }
        line.put("textToImage", evaluation.textToImage());
        line.put("imageToText", evaluation.imageToText());
        line.put("loss", evaluation.loss());
        line.put("lossBatch", Evaluation.LOSS_BATCH);
        return line;
    }
}
