package dev.clipstream.cli.label;

import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.option.IndexOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.label.ExampleVectors;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelExample;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.tag.FewShot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Reads label set files whose examples are pictures and media, and chooses how much the examples count.
///
/// The model and the index are opened when the first example needs them. Used by one thread.
final class ExampleFiles implements ExampleVectors, AutoCloseable {
    private final Path file;
    private final CheckingModel checking;
    private final IndexOption index;
    private final Map<String, String> indexSettings;
    private @Nullable ClipModel model;
    private @Nullable ImageFileEmbedder embedder;
    private @Nullable MediaIndexes indexes;

    /// @param indexSettings settings of the index by their full names
    ExampleFiles(Path file, CheckingModel checking, IndexOption index, Map<String, String> indexSettings) {
        this.file = file;
        this.checking = checking;
        this.index = index;
        this.indexSettings = indexSettings;
    }

    /// Reads the file. If its examples were pictures or media, and it gives no weights, leave-one-out chooses them.
    ///
    /// @param out for the report of the weights
    LabelSet read(PrintWriter out) throws LabelSetException {
        LabelSet read = LabelSetFile.read(file, this);
        ClipModel opened = model;
        boolean weighted = read.labels().stream().anyMatch(label -> label.exampleWeight() > 0);
        if (opened == null || weighted) {
            return read;
        }
        List<Embedding> background = indexes == null
                ? List.of()
                : Library.sample(Library.index(indexes, opened.identity()), mediaId -> isExample(read, mediaId));
        FewShot.Weighted chosen =
                FewShot.chooseWeights(withMean(read, background), opened.textEncoder(), opened.identity(), background);
        WeightReport.print(chosen, out);
        return chosen.set();
    }

    private static boolean isExample(LabelSet set, String mediaId) {
        return set.labels().stream()
                .flatMap(label -> label.examples().stream())
                .anyMatch(example -> example.source().equals(mediaId));
    }

    private static LabelSet withMean(LabelSet set, List<Embedding> library) {
        Optional<LabelExample> mean = Library.mean(library).map(LabelExample::ofLibrary);
        if (mean.isEmpty()) {
            return set;
        }
        List<Label> labels = new ArrayList<>();
        for (Label label : set.labels()) {
            if (label.examples().isEmpty() || label.examples().stream().anyMatch(LabelExample::isLibrary)) {
                labels.add(label);
            } else {
                List<LabelExample> examples = new ArrayList<>(label.examples());
                examples.add(mean.get());
                labels.add(label.withExamples(examples, 0));
            }
        }
        return set.with(set.version(), labels, set.modelFingerprint());
    }

    @Override
    public Optional<String> modelFingerprint() {
        return Optional.ofNullable(model).map(opened -> opened.identity().fingerprint());
    }

    @Override
    public Embedding image(String path) {
        ImageFileEmbedder known = embedder;
        if (known == null) {
            known = new ImageFileEmbedder(model(), DecodeMode.EXACT);
            embedder = known;
        }
        try {
            return known.embed(file.resolveSibling(path).toString()).join();
        } catch (CompletionException e) {
            throw new IllegalArgumentException(
                    "expected a readable picture, found '" + path + "': " + Failures.explain(e), e);
        }
    }

    @Override
    public Embedding medium(String mediaId) {
        try {
            MediaIndexes known = indexes;
            if (known == null) {
                known = index.openToRead(indexSettings);
                indexes = known;
            }
            return Library.index(known, model().identity())
                    .vector(mediaId)
                    .orElseThrow(() -> new IllegalArgumentException("expected a medium of the index, found '" + mediaId
                            + "', which it does not have: correct the id"));
        } catch (SettingException e) {
            throw new IllegalArgumentException(
                    "expected an index that has the medium '" + mediaId + "', found none (" + e.getMessage()
                            + "): add --index",
                    e);
        }
    }

    private ClipModel model() {
        ClipModel known = model;
        if (known == null) {
            try {
                known = checking.open()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "expected a model that embeds the examples, found none: add --model"));
            } catch (ModelException e) {
                throw new IllegalArgumentException(
                        "expected a model that embeds the examples, found: " + e.getMessage(), e);
            }
            model = known;
        }
        return known;
    }

    @Override
    public void close() {
        if (embedder != null) {
            embedder.close();
        }
        if (indexes != null) {
            indexes.close();
        }
        if (model != null) {
            model.close();
        }
    }
}
