package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelDescription;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OwnedParts;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The two towers of a model, opened on its devices.
///
/// Opened in two steps: [#open(GraphFile, GraphFile, ModelOptions)] opens the graphs on the first device and reads
/// what they take; with a fitting tokenizer and preprocessing, the encoders follow. Owns the ONNX Runtime sessions.
/// Used by one thread; the encoders are safe for many.
public final class OnnxTowers implements AutoCloseable {
    private static final int GPU_BATCHES = 2;

    private final GraphFile imageFile;
    private final GraphFile textFile;
    private final ModelOptions options;
    private final OwnedParts owned = new OwnedParts();
    private final Sessions sessions;
    private final List<Device> devices;
    private final OrtSession textSession;
    private final GraphReader imageReader;
    private final GraphReader textReader;
    private final ImageGraph imageGraph;
    private final TextGraph textGraph;
    private Optional<Placeholders> blackImage = Optional.empty();
    private Optional<Placeholders> levels = Optional.empty();

    private OnnxTowers(GraphFile imageFile, GraphFile textFile, ModelOptions options, Sessions sessions)
            throws ModelException {
        this.imageFile = imageFile;
        this.textFile = textFile;
        this.options = options;
        this.sessions = owned.add(sessions);
        this.devices = sessions.devices(imageFile);
        Device first = devices.getFirst();
        OrtSession imageSession = sessions.on(imageFile, first, batches(first));
        this.textSession = sessions.on(textFile, texts(), 1);
        this.imageReader = new GraphReader(imageFile.name(), imageSession);
        this.textReader = new GraphReader(textFile.name(), textSession);
        this.imageGraph = imageReader.image();
        this.textGraph = textReader.text();
        if (!combined()) {
            requireAlone(imageFile, imageGraph.others());
            requireAlone(textFile, textGraph.others());
        }
    }

    /// Opens the graphs on the first device that the options name.
    ///
    /// @param image the graph with the image tower
    /// @param text  the graph with the text tower; the same file if one graph holds both
    /// @throws ModelException if a graph or a device cannot be opened
    public static OnnxTowers open(GraphFile image, GraphFile text, ModelOptions options) throws ModelException {
        OnnxRuntime.load();
        Sessions sessions = new Sessions(options);
        boolean opened = false;
        try {
            OnnxTowers towers = new OnnxTowers(image, text, options, sessions);
            opened = true;
            return towers;
        } finally {
            if (!opened) {
                sessions.close();
            }
        }
    }

    /// Returns whether products of 8-bit matrices saturate on this processor in ONNX Runtime's default kernels.
    public static boolean integerProductsSaturate() {
        return IntegerKernels.saturate();
    }

    /// Returns what the image tower takes and gives.
    public ImageGraph imageGraph() {
        return imageGraph;
    }

    /// Returns what the text tower takes and gives.
    public TextGraph textGraph() {
        return textGraph;
    }

    /// Returns the devices' names, like `cpu` or `cuda:0`.
    public List<String> devices() {
        return devices.stream().map(Device::toString).toList();
    }

    /// Returns the inputs and outputs of the graphs.
    public List<ModelDescription.Tensor> tensors() {
        List<ModelDescription.Tensor> tensors = new ArrayList<>();
        add(tensors, imageFile, imageReader);
        if (!combined()) {
            add(tensors, textFile, textReader);
        }
        return tensors;
    }

    /// A text and an image: the cosine of their vectors, and the logit that the graph gives them.
    public record Logit(double cosine, double logit) {}

    /// Returns the logits of every text with every image; empty if the graph gives none.
    ///
    /// @param padsFully whether texts are filled up to the full length
    /// @throws ModelException if the graph does not run
    public List<Logit> logits(
            List<String> texts,
            List<RgbImage> images,
            ClipTokenizer tokenizer,
            Preprocessing preprocessing,
            boolean padsFully)
            throws ModelException {
        Optional<String> output = combined() ? imageReader.logits() : Optional.empty();
        return output.isEmpty()
                ? List.of()
                : new GraphLogits(
                                textSession,
                                imageGraph,
                                textGraph,
                                output.get(),
                                levels(preprocessing).tensors())
                        .of(texts, images, tokenizer, preprocessing, padsFully);
    }

    /// Returns a text encoder for a trial, on the first device.
    ///
    /// @param padsFully whether texts are filled up to the full length; otherwise to the longest of a batch
    public TextEncoder trial(ClipTokenizer tokenizer, Preprocessing preprocessing, boolean padsFully)
            throws ModelException {
        return encoder(textSession, tokenizer, preprocessing, padsFully);
    }

    /// The encoders of a model.
    ///
    /// @param texts   for texts in batches
    /// @param queries for single texts, see [dev.clipstream.clip.ClipModel#queryEncoder()]
    /// @param images  one session per device
    public record Encoders(TextEncoder texts, TextEncoder queries, List<ImageSession> images) {}

    /// Opens the graphs on the other devices and returns the encoders.
    ///
    /// @param padsFully whether texts are filled up to the full length; otherwise to the longest of a batch
    /// @throws ModelException if a device cannot be opened
    public Encoders encoders(ClipTokenizer tokenizer, Preprocessing preprocessing, boolean padsFully)
            throws ModelException {
        Placeholders emptyText = owned.add(Placeholders.text(imageGraph, textGraph, tokenizer, padsFully));
        TextEncoder texts = trial(tokenizer, preprocessing, padsFully);
        TextEncoder queries = texts;
        if (options.queries()) {
            OrtSession session = sessions.apart(textFile, texts());
            queries = encoder(session, tokenizer, preprocessing, padsFully);
        }
        List<ImageSession> sessionsOfImages = new ArrayList<>();
        for (Device device : devices) {
            sessionsOfImages.add(new OnnxImageSession(
                    device,
                    sessions.on(imageFile, device, batches(device)),
                    batches(device),
                    device.isGpu() ? BatchShapes.upTo(options.maxBatch()) : BatchShapes.ANY,
                    imageGraph,
                    preprocessing,
                    emptyText.with(levels(preprocessing))));
        }
        return new Encoders(texts, queries, List.copyOf(sessionsOfImages));
    }

    private TextEncoder encoder(
            OrtSession session, ClipTokenizer tokenizer, Preprocessing preprocessing, boolean padsFully)
            throws ModelException {
        Map<String, OnnxTensor> images = textGraph.others().isEmpty()
                ? Map.of()
                : blackImage(preprocessing).with(levels(preprocessing));
        return new OnnxTextEncoder(texts().toString(), session, textGraph, tokenizer, padsFully, images);
    }

    private Placeholders blackImage(Preprocessing preprocessing) throws ModelException {
        if (blackImage.isEmpty()) {
            blackImage = Optional.of(owned.add(Placeholders.image(imageGraph, textGraph, preprocessing)));
        }
        return blackImage.get();
    }

    private Placeholders levels(Preprocessing preprocessing) throws ModelException {
        if (levels.isEmpty()) {
            levels = Optional.of(owned.add(Placeholders.levels(imageGraph, preprocessing)));
        }
        return levels.get();
    }

    private boolean combined() {
        return imageFile.path().equals(textFile.path());
    }

    /// Returns the device of texts. A graph with both towers is opened only once.
    private Device texts() {
        return combined() ? devices.getFirst() : devices.getFirst().forTexts();
    }

    /// Returns how many batches run side by side: on a GPU, one is filled and copied there while the other runs.
    private int batches(Device device) {
        return device.isGpu() ? GPU_BATCHES : options.batches();
    }

    private static void requireAlone(GraphFile graph, Set<String> others) throws ModelException {
        if (!others.isEmpty()) {
            throw new ModelException(
                    "no input but its own side's in " + graph.name(),
                    "also " + others,
                    "export the towers apart, or name a bundle whose onnx/model.onnx holds both");
        }
    }

    private static void add(List<ModelDescription.Tensor> tensors, GraphFile graph, GraphReader reader) {
        add(tensors, graph, ModelDescription.Direction.INPUT, reader.inputs());
        add(tensors, graph, ModelDescription.Direction.OUTPUT, reader.outputs());
    }

    private static void add(
            List<ModelDescription.Tensor> tensors,
            GraphFile graph,
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
            tensors.add(new ModelDescription.Tensor(graph.name(), direction, tensor, type(info.type), shape));
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

    @Override
    public void close() {
        owned.close();
    }
}
