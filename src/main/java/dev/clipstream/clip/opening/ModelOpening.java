package dev.clipstream.clip.opening;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelDescription;
import dev.clipstream.clip.ModelDescription.Decision;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OwnedParts;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.WeightsChoice;
import dev.clipstream.clip.bundle.BundleFiles;
import dev.clipstream.clip.bundle.ClipstreamFile;
import dev.clipstream.clip.bundle.Fingerprint;
import dev.clipstream.clip.bundle.LearnedScale;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.bundle.ModelConfig;
import dev.clipstream.clip.bundle.OnnxFile;
import dev.clipstream.clip.bundle.Safetensors;
import dev.clipstream.clip.bundle.SnapshotFolder;
import dev.clipstream.clip.bundle.TokenizerFile;
import dev.clipstream.clip.family.BundleEvidence;
import dev.clipstream.clip.family.ModelFamilies;
import dev.clipstream.clip.family.ModelFamily;
import dev.clipstream.clip.onnx.GraphFile;
import dev.clipstream.clip.onnx.ImageGraph;
import dev.clipstream.clip.onnx.OnnxTowers;
import dev.clipstream.clip.onnx.TextGraph;
import dev.clipstream.clip.text.NativeTokenizer;
import dev.clipstream.clip.text.Padding;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// Opens one bundle, step by step: files, family, graphs, preprocessing, tokenizer, proof, fingerprint.
///
/// Used by one thread and thrown away. If a later step refuses the bundle, everything that was opened is closed
/// again.
public final class ModelOpening {
    private static final System.Logger LOG = System.getLogger(ClipModel.class.getName());

    /// Distance of a logit from the line in units of the cosine: above the noise of 16-bit and quantized graphs.
    private static final double LINEAR = 0.01;

    private final ModelOptions options;
    private final LocalBundle bundle;
    private final BundleFiles files;
    private final ModelConfig config;
    private final ClipstreamFile sideFile;
    private final List<String> warnings = new ArrayList<>();
    private final OwnedParts owned = new OwnedParts();

    private ModelOpening(ModelOptions options, LocalBundle bundle) throws ModelException {
        this.options = options;
        this.bundle = bundle;
        this.files = BundleFiles.find(bundle.folder(), options.weights());
        this.config = ModelConfig.read(files.root());
        this.sideFile = ClipstreamFile.read(files.root());
    }

    /// Opens a bundle and runs it once, so that the model it returns is known to serve.
    ///
    /// @param bundle  a folder in one of the layouts that models are published in
    /// @param options devices and weights
    /// @throws ModelException if the bundle or the device cannot serve: expected, found, what to do
    public static ClipModel open(Path bundle, ModelOptions options) throws ModelException {
        return open(LocalBundle.of(bundle), options);
    }

    /// Opens a bundle of which more is known than its files say, such as one that was pulled from a hub.
    ///
    /// @param options devices and weights
    /// @throws ModelException if the bundle or the device cannot serve: expected, found, what to do
    public static ClipModel open(LocalBundle bundle, ModelOptions options) throws ModelException {
        return open(bundle, options, true, true);
    }

    /// Returns the variants of the graphs that a bundle has, those closest to the trained weights first.
    ///
    /// @throws ModelException if the folder does not exist or holds no model
    public static List<String> weights(Path bundle) throws ModelException {
        return BundleFiles.available(BundleFiles.find(bundle, ModelOptions.AUTO).root());
    }

    /// Opens a bundle to measure it with ONNX Runtime's default 8-bit kernels, which may saturate: the vectors need
    /// not be fit to serve.
    ///
    /// @throws ModelException if the bundle or the device is refused
    public static ClipModel openWithDefaultKernels(LocalBundle bundle, ModelOptions options) throws ModelException {
        return open(bundle, options, false, false);
    }

    /// @param exactProducts whether 8-bit products are computed exactly; if not, by ONNX Runtime's default kernels
    /// @param serves        whether the model must be fit to serve. One that is opened only to be measured need not
    ///                      give the same vectors in every batch, or reproduce the bundle's self-test.
    static ClipModel open(LocalBundle bundle, ModelOptions options, boolean exactProducts, boolean serves)
            throws ModelException {
        ModelOpening opening = new ModelOpening(options, bundle);
        boolean opened = false;
        try {
            ClipModel model = opening.open(exactProducts, serves);
            opened = true;
            return model;
        } finally {
            if (!opened) {
                opening.owned.close();
            }
        }
    }

    /// Opens the tokenizer of a model in training, which is of Chinese-CLIP's kind, with the family's usual length.
    ///
    /// @param folder that holds a `tokenizer.json`
    /// @throws ModelException if it holds none of this kind
    public static ClipTokenizer openTokenizer(Path folder) throws ModelException {
        TokenizerFile file = TokenizerFile.read(folder, List.of(""));
        ModelConfig config = new ModelConfig(
                "the training", JsonMapper.shared().createObjectNode().put("model_type", "chinese_clip"));
        BundleEvidence evidence = new BundleEvidence(config, file, Optional.empty(), false);
        return open(file, ModelFamilies.recognise(evidence).value().texts(evidence));
    }

    private static ClipTokenizer open(TokenizerFile file, TextRules rules) throws ModelException {
        return NativeTokenizer.open(file.name(), file.json(), rules);
    }

    private ClipModel open(boolean exactProducts, boolean serves) throws ModelException {
        TokenizerFile tokenizerFile = TokenizerFile.read(files.root(), List.of("", "textual", "onnx"));
        OnnxFile imageFile = OnnxFile.read(files.root(), files.imageGraph());
        OnnxFile textFile = OnnxFile.read(files.root(), files.textGraph());

        OnnxTowers towers = owned.add(OnnxTowers.open(
                graph(files.imageGraph(), imageFile, exactProducts),
                graph(files.textGraph(), textFile, exactProducts),
                options));
        ImageGraph imageGraph = towers.imageGraph();
        TextGraph textGraph = towers.textGraph();
        Shortcomings shortcomings = new Shortcomings(warnings);
        shortcomings.otherWeights(options.weights(), files.weights());
        shortcomings.saturation(imageFile, textFile);
        shortcomings.fixedBatch(imageGraph.batch(), "images");
        shortcomings.fixedBatch(textGraph.batch(), "texts");

        BundleEvidence evidence = new BundleEvidence(
                config,
                tokenizerFile,
                Optional.of(files.layout()),
                textGraph.mask().isPresent());
        Decided<ModelFamily> family = ModelFamilies.recognise(evidence);
        shortcomings.doubt(family.value(), evidence);
        Decided<Preprocessing> preprocessing = new PreprocessingChoice(
                        family.value(), evidence, !sideFile.images().isEmpty(), warnings)
                .choose(files.root(), imageGraph);
        requireInputSize(preprocessing.value(), imageGraph);
        TextChoice texts = new TextChoice(textGraph, name(files.textGraph()), files.weights());
        TextRules asked = texts.rules(family.value(), evidence);
        ClipTokenizer tokenizer = owned.add(open(tokenizerFile, asked));
        TextRules rules = texts.provenPadding(asked, towers, tokenizer, preprocessing.value());
        boolean padsFully = rules.padding().value() == Padding.FULL;
        OnnxTowers.Encoders encoders = towers.encoders(tokenizer, preprocessing.value(), padsFully);

        int dimension = 0;
        for (ImageSession session : encoders.images()) {
            ModelProof proof =
                    new ModelProof(files.root(), files.weights(), preprocessing.value(), session, encoders.texts());
            dimension = proof.dimension();
            if (serves) {
                proof.inBatch();
                proof.selfTest(sideFile);
            }
        }
        texts.requireTokens(tokenizerFile, towers, tokenizer, preprocessing.value());
        String fingerprint = Fingerprint.of(
                files,
                imageFile.externalData(),
                textFile.externalData(),
                preprocessing.value(),
                tokenizerFile,
                rules.signature());
        ScoringChoice scoring = ScoringChoice.of(
                sideFile,
                family.value().name(),
                family.value().scoring(evidence),
                Stream.of(graphScale(towers, tokenizer, preprocessing.value(), padsFully), learnedScale())
                        .flatMap(Optional::stream)
                        .toList(),
                family.value().scoresAsUsual(evidence),
                warnings);
        WeightsChoice weights = WeightsReason.of(
                files, options.weights(), towers.devices().getFirst(), OnnxTowers::integerProductsSaturate);
        LOG.log(
                System.Logger.Level.INFO,
                "{0}: weights {1} of {2}. {3}",
                id(),
                weights.chosen(),
                weights.available(),
                weights.reason());
        warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, "{0}: {1}", id(), warning));

        Set<Path> read = new LinkedHashSet<>(List.of(files.imageGraph(), files.textGraph(), tokenizerFile.file()));
        tokenizerFile.normalization().ifPresent(read::add);
        read.addAll(imageFile.externalData());
        read.addAll(textFile.externalData());
        ModelDescription description = new ModelDescription(
                new ModelIdentity(id(), fingerprint, dimension),
                bundle.commit().or(() -> SnapshotFolder.of(files.root()).map(SnapshotFolder::commit)),
                files.layout().toString(),
                files.weights(),
                weights,
                described(read),
                towers.tensors(),
                imageGraph.output(),
                textGraph.output(),
                preprocessing.value(),
                preprocessing.source(),
                tokenizer.kind(),
                tokenizer.length(),
                tokenizer.pad(),
                scoring.scoring().value(),
                scoring.scoring().source(),
                scoring.known(),
                decisions(family, preprocessing, rules, scoring.scoring()),
                towers.devices(),
                warnings);
        return new ClipModel(description, tokenizer, encoders.texts(), encoders.queries(), encoders.images(), owned);
    }

    /// Returns scale and bias as the logits of a graph with both towers show them; empty if it gives none.
    private Optional<LearnedScale> graphScale(
            OnnxTowers towers, ClipTokenizer tokenizer, Preprocessing preprocessing, boolean padsFully)
            throws ModelException {
        List<OnnxTowers.Logit> logits = towers.logits(
                ProofInputs.TEXTS, ProofInputs.images(preprocessing), tokenizer, preprocessing, padsFully);
        Optional<LogitFit> fit = LogitFit.of(logits);
        if (fit.isEmpty()) {
            return Optional.empty();
        }
        if (!fit.get().linear(LINEAR)) {
            throw new ModelException(
                    "logits of " + name(files.imageGraph()) + " that are scale · cosine + bias of its vectors",
                    "logits up to " + fit.get().mostDistance() + " of a cosine beside that line",
                    "export the model again: its vectors are not those that it scores with");
        }
        return Optional.of(new LearnedScale(
                fit.get().scale(), Optional.of(fit.get().bias()), "the logits of " + name(files.imageGraph())));
    }

    private List<Decision> decisions(
            Decided<ModelFamily> family,
            Decided<Preprocessing> preprocessing,
            TextRules rules,
            Decided<Scoring> scoring) {
        List<Decision> decisions = new ArrayList<>();
        decisions.add(new Decision("family", family.value().name(), family.source()));
        decisions.add(new Decision("preprocessing", DecisionText.of(preprocessing.value()), preprocessing.source()));
        decisions.addAll(rules.decisions());
        decisions.add(new Decision("scoring", DecisionText.of(scoring.value()), scoring.source()));
        return decisions;
    }

    private GraphFile graph(Path file, OnnxFile content, boolean exactProducts) {
        return new GraphFile(
                file,
                name(file),
                exactProducts && content.exactProducts(),
                content.externalData(),
                files.weights().endsWith("f16") || files.weights().equals("fp16"));
    }

    private String name(Path file) {
        return files.root().relativize(file).toString();
    }

    /// Returns the scale of the original weights, beside the graphs or as the hub recorded it.
    private Optional<LearnedScale> learnedScale() {
        try {
            return Safetensors.inFolder(files.root()).or(bundle::scale);
        } catch (IOException e) {
            warnings.add("The learned scale was not read: " + e.getMessage());
            return bundle.scale();
        }
    }

    private String id() {
        String folder = bundle.id()
                .or(() -> SnapshotFolder.of(files.root()).map(SnapshotFolder::id))
                .orElse(String.valueOf(files.root().getFileName()));
        return sideFile.id().orElse(files.weights().equals("fp32") ? folder : folder + "#" + files.weights());
    }

    private void requireInputSize(Preprocessing preprocessing, ImageGraph graph) throws ModelException {
        boolean fits = (graph.height() < 0 || graph.height() == preprocessing.height())
                && (graph.width() < 0 || graph.width() == preprocessing.width());
        if (!fits) {
            throw new ModelException(
                    "images of " + graph.width() + " x " + graph.height() + ", which " + name(files.imageGraph())
                            + " takes",
                    preprocessing.width() + " x " + preprocessing.height() + " in its preprocessing",
                    "copy graph and preprocessor_config.json of one model");
        }
    }

    private List<ModelDescription.File> described(Collection<Path> read) throws ModelException {
        List<ModelDescription.File> described = new ArrayList<>();
        for (Path file : read) {
            try {
                described.add(new ModelDescription.File(name(file), Files.size(file)));
            } catch (IOException e) {
                throw new ModelException("a readable file " + name(file), e.toString(), "check its permissions", e);
            }
        }
        return described;
    }
}
