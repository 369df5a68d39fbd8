package dev.clipstream.clip;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.clipstream.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import tools.jackson.databind.JsonNode;

/// Opens one bundle, step by step: files, tokenizer, graphs, preprocessing, proof, fingerprint.
///
/// Used by one thread and thrown away. Whatever it opened is closed again if a later step refuses.
final class ModelOpening {
    private static final System.Logger LOG = System.getLogger(ClipModel.class.getName());

    private final ModelOptions options;
    private final BundleFiles files;
    private final Optional<JsonFile> config;
    private final ClipstreamFile sideFile;
    private final List<String> warnings = new ArrayList<>();
    private final List<AutoCloseable> owned = new ArrayList<>();

    private ModelOpening(ModelOptions options, BundleFiles files) throws ModelException {
        this.options = options;
        this.files = files;
        this.config = JsonFile.readIfPresent(files.root(), "config.json");
        this.sideFile = ClipstreamFile.read(files.root());
    }

    static ClipModel open(Path bundle, ModelOptions options) throws ModelException {
        ModelOpening opening = new ModelOpening(options, BundleFiles.find(bundle, options.weights()));
        boolean opened = false;
        try {
            ClipModel model = opening.open();
            opened = true;
            return model;
        } finally {
            if (!opened) {
                Closing.all(opening.owned.reversed());
            }
        }
    }

    private ClipModel open() throws ModelException {
        TokenizerFile tokenizerFile = TokenizerFile.read(files.root(), List.of("", "textual", "onnx"));
        ModelFamily family = family(tokenizerFile.family());
        Scoring scoring = sideFile.scoring(family, warnings);
        SortedSet<Path> imageData = OnnxFile.externalData(files.root(), files.imageGraph());
        SortedSet<Path> textData = OnnxFile.externalData(files.root(), files.textGraph());

        Sessions sessions = own(new Sessions(options));
        List<Device> devices = sessions.devices(files.imageGraph());
        OrtSession imageSession = sessions.on(files.imageGraph(), devices.getFirst(), batches(devices.getFirst()));
        OrtSession textSession = sessions.on(files.textGraph(), devices.getFirst(), 1);
        GraphReader imageReader = new GraphReader(name(files.imageGraph()), imageSession);
        GraphReader textReader = new GraphReader(name(files.textGraph()), textSession);
        ImageGraph imageGraph = imageReader.image();
        TextGraph textGraph = textReader.text();
        if (!files.combined()) {
            requireAlone(files.imageGraph(), imageGraph.others());
            requireAlone(files.textGraph(), textGraph.others());
        }
        warnOfOtherWeights();
        warnOfFixedBatch(imageGraph.batch(), "pictures");
        warnOfFixedBatch(textGraph.batch(), "texts");

        Described<Preprocessing> preprocessing = preprocessing(family, imageGraph);
        requireInputSize(preprocessing.value(), imageGraph);
        ClipTokenizer tokenizer = own(ClipTokenizer.open(tokenizerFile, tokens(tokenizerFile.family(), textGraph)));
        Placeholders emptyText = own(Placeholders.text(imageGraph, textGraph, tokenizer));
        Placeholders blackPicture = own(Placeholders.image(imageGraph, textGraph, preprocessing.value()));
        TextEncoder texts = new OnnxTextEncoder(
                devices.getFirst().toString(), textSession, textGraph, tokenizer, blackPicture.tensors());
        TextEncoder queries = options.queries()
                ? new OnnxTextEncoder(
                        devices.getFirst().toString(),
                        sessions.apart(files.textGraph(), devices.getFirst()),
                        textGraph,
                        tokenizer,
                        blackPicture.tensors())
                : texts;
        List<OnnxImageSession> images = new ArrayList<>();
        for (Device device : devices) {
            images.add(new OnnxImageSession(
                    device,
                    sessions.on(files.imageGraph(), device, batches(device)),
                    batches(device),
                    imageGraph,
                    preprocessing.value(),
                    emptyText.tensors()));
        }

        int dimension = 0;
        for (ImageSession session : images) {
            dimension = new ModelProof(files.root(), files.weights(), preprocessing.value(), session, texts)
                    .prove(sideFile);
        }
        String fingerprint =
                Fingerprint.of(files, imageData, textData, preprocessing.value(), tokenizerFile, tokenizer.length());
        warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, "{0}: {1}", id(), warning));

        Set<Path> read = new LinkedHashSet<>(List.of(files.imageGraph(), files.textGraph(), tokenizerFile.file()));
        read.addAll(imageData);
        read.addAll(textData);
        List<ModelDescription.Tensor> tensors = new ArrayList<>(tensors(files.imageGraph(), imageReader));
        if (!files.combined()) {
            tensors.addAll(tensors(files.textGraph(), textReader));
        }
        ModelDescription description = new ModelDescription(
                new ModelIdentity(id(), fingerprint, dimension),
                files.layout().toString(),
                files.weights(),
                described(read),
                tensors,
                imageGraph.output(),
                textGraph.output(),
                preprocessing.value(),
                preprocessing.source(),
                tokenizer.family(),
                tokenizer.length(),
                tokenizer.family().pad(),
                scoring,
                sideFile.scale().isPresent() ? ClipstreamFile.NAME : "the family " + family,
                devices.stream().map(Device::toString).toList(),
                warnings);
        return new ClipModel(description, tokenizer, texts, queries, images, owned.reversed());
    }

    /// A value and where it came from.
    private record Described<T>(T value, String source) {}

    private <T extends AutoCloseable> T own(T part) {
        owned.add(part);
        return part;
    }

    private String name(Path file) {
        return files.root().relativize(file).toString();
    }

    private String id() {
        String folder = String.valueOf(files.root().getFileName());
        return sideFile.id().orElse(files.weights().equals("fp32") ? folder : folder + "#" + files.weights());
    }

    /// The family by its tokenizer, which must not contradict the config.
    private ModelFamily family(TokenizerFamily tokenizer) throws ModelException {
        ModelFamily family = ModelFamily.of(tokenizer);
        String type = config.map(file -> file.get("model_type").asString("")).orElse("");
        boolean contradicts = switch (type) {
            case "clip" -> family != ModelFamily.CLIP;
            case "chinese_clip" -> family != ModelFamily.CHINESE_CLIP;
            case "siglip", "siglip2" -> family != ModelFamily.SIGLIP;
            default -> false;
        };
        if (contradicts) {
            throw new ModelException(
                    "the tokenizer of a model of type " + type + " (config.json)",
                    "one of the family " + tokenizer,
                    "copy the tokenizer.json of the same model");
        }
        return family;
    }

    private void requireAlone(Path graph, Set<String> others) throws ModelException {
        if (!others.isEmpty()) {
            throw new ModelException(
                    "no input but its own side's in " + name(graph),
                    "also " + others,
                    "export the towers apart, or name a bundle whose onnx/model.onnx holds both");
        }
    }

    /// Batches side by side; one on a GPU, for which no measurement says otherwise.
    private int batches(Device device) {
        return device.kind() == Device.Kind.CPU ? options.batches() : 1;
    }

    private void warnOfOtherWeights() {
        if (options.weights().equals(ModelOptions.AUTO) && !files.weights().equals("fp32")) {
            warnings.add("No fp32 graphs: took the " + files.weights() + " ones, whose vectors differ a little; name"
                    + " them (DIR#" + files.weights() + ") to have it so without this warning");
        }
    }

    private void warnOfFixedBatch(int batch, String what) {
        if (batch == 1) {
            warnings.add(
                    "The graph takes " + what + " one by one (batch fixed at 1): a device is then used for a fraction"
                            + " of what it can do; export it with a dynamic batch");
        } else if (batch > 1) {
            warnings.add("The graph takes exactly " + batch + " " + what
                    + " a run: smaller batches are filled up and cost as much; export it with a dynamic batch");
        }
    }

    private Described<Preprocessing> preprocessing(ModelFamily family, ImageGraph graph) throws ModelException {
        Path root = files.root();
        Optional<JsonFile> huggingFace = JsonFile.readIfPresent(root, "preprocessor_config.json");
        if (huggingFace.isPresent()) {
            return new Described<>(
                    PreprocessingFile.huggingFace(huggingFace.get(), family),
                    huggingFace.get().name());
        }
        Optional<JsonFile> openClip = JsonFile.readIfPresent(root, "visual/preprocess_cfg.json", "preprocess_cfg.json");
        if (openClip.isPresent()) {
            return new Described<>(
                    PreprocessingFile.openClip(openClip.get(), family),
                    openClip.get().name());
        }
        if (config.map(file -> file.tree().toString().toLowerCase(Locale.ROOT))
                .orElse("")
                .contains("mobileclip")) {
            throw new ModelException(
                    "a preprocessor_config.json, since versions of MobileCLIP differ in it",
                    "none",
                    "copy it from the model's page");
        }
        int size = config.map(ModelOpening::imageSize).orElse(-1);
        int height = graph.height() > 0 ? graph.height() : size;
        int width = graph.width() > 0 ? graph.width() : size;
        if (height < 1 || width < 1) {
            throw new ModelException(
                    "the input's size in preprocessor_config.json, config.json or the graph",
                    "none",
                    "copy preprocessor_config.json from the model's page");
        }
        warnings.add("No preprocessor_config.json: preprocessing as models of the family " + family
                + " do; if this one differs, its vectors are wrong without looking so");
        return new Described<>(family.preprocessing(height, width), "the family " + family);
    }

    private static int imageSize(JsonFile config) {
        JsonNode size = config.get("vision_config", "image_size");
        if (size.isMissingNode()) {
            size = config.get("vision_cfg", "image_size");
        }
        return size.isArray() ? size.path(0).asInt(-1) : size.asInt(-1);
    }

    private void requireInputSize(Preprocessing preprocessing, ImageGraph graph) throws ModelException {
        boolean fits = (graph.height() < 0 || graph.height() == preprocessing.height())
                && (graph.width() < 0 || graph.width() == preprocessing.width());
        if (!fits) {
            throw new ModelException(
                    "pictures of " + graph.width() + " x " + graph.height() + ", which " + name(files.imageGraph())
                            + " takes",
                    preprocessing.width() + " x " + preprocessing.height() + " in its preprocessing",
                    "copy graph and preprocessor_config.json of one model");
        }
    }

    private int tokens(TokenizerFamily family, TextGraph graph) throws ModelException {
        int length = family.length();
        if (config.isPresent() && family != TokenizerFamily.CHINESE_CLIP) {
            JsonNode positions = config.get().get("text_config", "max_position_embeddings");
            JsonNode context = config.get().get("text_cfg", "context_length");
            length = positions.asInt(context.asInt(length));
        }
        if (graph.length() > 0) {
            length = graph.length();
        }
        if (length < 2 || length > 8192) {
            throw new ModelException("a text length of 2 to 8192 tokens", "" + length, "correct config.json");
        }
        return length;
    }

    private List<ModelDescription.File> described(Collection<Path> read) throws ModelException {
        List<ModelDescription.File> described = new ArrayList<>();
        for (Path file : read) {
            try {
                described.add(new ModelDescription.File(name(file), Files.size(file)));
            } catch (IOException e) {
                throw new ModelException("a readable file " + name(file), e.toString(), "look at its rights", e);
            }
        }
        return described;
    }

    private List<ModelDescription.Tensor> tensors(Path graph, GraphReader reader) {
        List<ModelDescription.Tensor> tensors = new ArrayList<>();
        add(tensors, graph, ModelDescription.Direction.INPUT, reader.inputs());
        add(tensors, graph, ModelDescription.Direction.OUTPUT, reader.outputs());
        return tensors;
    }

    private void add(
            List<ModelDescription.Tensor> tensors,
            Path graph,
            ModelDescription.Direction direction,
            Map<String, TensorInfo> found) {
        found.forEach((tensor, info) -> {
            List<String> shape = new ArrayList<>();
            long[] dims = info.getShape();
            String[] names = info.getDimensionNames();
            for (int i = 0; i < dims.length; i++) {
                boolean named = dims[i] < 0 && i < names.length && !names[i].isEmpty();
                shape.add(named ? names[i] : Long.toString(dims[i]));
            }
            tensors.add(new ModelDescription.Tensor(name(graph), direction, tensor, type(info.type), shape));
        });
    }

    private static String type(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> "f32";
            case FLOAT16 -> "f16";
            case BFLOAT16 -> "bf16";
            case DOUBLE -> "f64";
            case INT8 -> "i8";
            case UINT8 -> "u8";
            case INT16 -> "i16";
            case INT32 -> "i32";
            case INT64 -> "i64";
            default -> type.toString().toLowerCase(Locale.ROOT);
        };
    }
}
