package dev.clipstream.clip.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the learned logit scale out of a model's original weights (`model.safetensors`) without the weights: an export
/// to ONNX loses it.
///
/// The file begins with the length of its header, eight bytes, and the header in JSON, which says where each tensor is.
/// CLIP, SigLIP and Chinese-CLIP in transformers and all models of open_clip store the logarithm of the scale under
/// `logit_scale`, and the bias itself under `logit_bias`.
public final class Safetensors {
    /// Names of files with original weights, in the order in which they are looked for.
    public static final List<String> NAMES =
            List.of("model.safetensors", "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors");

    /// Name of the file that says which of several files has a tensor.
    public static final String INDEX = "model.safetensors.index.json";

    /// The header of a CLIP has 50 to 150 kB, so that one read gets it.
    private static final int FIRST_READ = 512 << 10;

    private static final int LONGEST_HEADER = 25_000_000;
    private static final int LENGTH_BYTES = 8;
    private static final int LONGEST_VALUE = 8;
    /// Most bytes between scale and bias for them to be read together.
    private static final int NEAR = 64 << 10;

    private static final double GREATEST_LOGARITHM = Math.log(10_000);

    /// Reads parts of a file.
    @FunctionalInterface
    public interface Parts {
        /// Returns bytes of the file; fewer than wanted if it ends before.
        byte[] read(long from, int length) throws IOException;
    }

    private record Place(String type, long begin, int length) {}

    private Safetensors() {}

    /// Reads the scale.
    ///
    /// @param source for [LearnedScale#source]
    /// @return empty if the file has none
    /// @throws IOException if the file cannot be read, or is no valid safetensors file
    public static Optional<LearnedScale> scale(Parts parts, String source) throws IOException {
        byte[] first = parts.read(0, FIRST_READ);
        if (first.length < LENGTH_BYTES) {
            throw damaged(source);
        }
        long length = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > LONGEST_HEADER) {
            throw damaged(source);
        }
        byte[] header = Arrays.copyOfRange(first, LENGTH_BYTES, LENGTH_BYTES + (int) length);
        int had = Math.min((int) length, first.length - LENGTH_BYTES);
        if (had < length) {
            byte[] rest = parts.read(first.length, (int) length - had);
            if (rest.length != length - had) {
                throw damaged(source);
            }
            System.arraycopy(rest, 0, header, had, rest.length);
        }
        JsonNode tensors = tree(header, source);
        Optional<Place> scale = place(tensors, "logit_scale", LENGTH_BYTES + length, source);
        if (scale.isEmpty()) {
            return Optional.empty();
        }
        Optional<Place> bias = place(tensors, "logit_bias", LENGTH_BYTES + length, source);
        return Optional.of(read(parts, scale.get(), bias, source));
    }

    private static LearnedScale read(Parts parts, Place scale, Optional<Place> bias, String source) throws IOException {
        long begin = Math.min(scale.begin(), bias.map(Place::begin).orElse(scale.begin()));
        long end = Math.max(end(scale), bias.map(Safetensors::end).orElse(end(scale)));
        boolean together = end - begin <= NEAR;
        long from = together ? begin : scale.begin();
        byte[] bytes = parts.read(from, together ? (int) (end - begin) : scale.length());
        double logarithm = value(bytes, from, scale, source);
        Optional<Double> learnedBias = Optional.empty();
        if (bias.isPresent()) {
            Place place = bias.get();
            learnedBias = Optional.of(
                    together
                            ? value(bytes, from, place, source)
                            : value(parts.read(place.begin(), place.length()), place.begin(), place, source));
        }
        if (!(Math.abs(logarithm) <= GREATEST_LOGARITHM)) {
            throw new IOException(
                    "Expected the logarithm of a scale as logit_scale in " + source + ", found " + logarithm);
        }
        return new LearnedScale(Math.exp(logarithm), learnedBias, source);
    }

    private static long end(Place place) {
        return place.begin() + place.length();
    }

    private static double value(byte[] bytes, long from, Place place, String source) throws IOException {
        int at = (int) (place.begin() - from);
        if (at + place.length() > bytes.length) {
            throw damaged(source);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, at, place.length()).slice().order(ByteOrder.LITTLE_ENDIAN);
        double value = switch (place.type() + " " + place.length()) {
            case "F64 8" -> buffer.getDouble();
            case "F32 4" -> buffer.getFloat();
            case "F16 2" -> Float.float16ToFloat(buffer.getShort());
            case "BF16 2" -> Float.intBitsToFloat(buffer.getShort() << 16);
            default -> Double.NaN;
        };
        if (!Double.isFinite(value)) {
            throw new IOException("Expected one finite F64, F32, F16 or BF16 as scale or bias in " + source
                    + ", found another value");
        }
        return value;
    }

    /// Takes the tensor of this name, or the only one that ends in it, as in a model inside of another.
    private static Optional<Place> place(JsonNode tensors, String name, long data, String source) throws IOException {
        List<String> names = tensors.propertyNames().stream()
                .filter(candidate -> candidate.endsWith("." + name))
                .toList();
        JsonNode tensor = tensors.path(tensors.has(name) || names.size() != 1 ? name : names.getFirst());
        if (tensor.isMissingNode()) {
            return Optional.empty();
        }
        JsonNode begin = tensor.path("data_offsets").path(0);
        JsonNode end = tensor.path("data_offsets").path(1);
        boolean valid = begin.isIntegralNumber()
                && end.isIntegralNumber()
                && begin.longValue() >= 0
                && begin.longValue() < end.longValue()
                && end.longValue() - begin.longValue() <= LONGEST_VALUE
                && end.longValue() < Long.MAX_VALUE / 2;
        if (!valid) {
            throw damaged(source);
        }
        return Optional.of(new Place(tensor.path("dtype").asString(""), data + begin.longValue(), (int)
                (end.longValue() - begin.longValue())));
    }

    private static JsonNode tree(byte[] header, String source) throws IOException {
        try {
            return JsonMapper.shared().readTree(new String(header, StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            throw damaged(source);
        }
    }

    private static IOException damaged(String source) {
        return new IOException("Expected a whole safetensors file in " + source + ", found something else");
    }

    /// Returns the name of the file with the scale, as an index says.
    ///
    /// @param index content of a file [#INDEX]
    public static Optional<String> shard(JsonNode index) {
        String name = index.path("weight_map").path("logit_scale").asString("");
        return name.matches("[\\w.-]+\\.safetensors") ? Optional.of(name) : Optional.empty();
    }

    /// Reads the scale from original weights in a folder.
    ///
    /// @return empty if the folder has none, or they have no scale
    public static Optional<LearnedScale> inFolder(Path root) throws IOException {
        for (String name : NAMES) {
            if (Files.isRegularFile(root.resolve(name))) {
                return inFile(root, name);
            }
        }
        Path index = root.resolve(INDEX);
        if (Files.isRegularFile(index) && Files.size(index) <= LONGEST_HEADER) {
            Optional<String> shard = shard(tree(Files.readAllBytes(index), INDEX));
            if (shard.isPresent() && Files.isRegularFile(root.resolve(shard.get()))) {
                return inFile(root, shard.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<LearnedScale> inFile(Path root, String name) throws IOException {
        try (FileChannel file = FileChannel.open(root.resolve(name))) {
            return scale((from, length) -> part(file, from, length), name);
        }
    }

    private static byte[] part(FileChannel file, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(length, file.size() - from)));
        while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) {
            // until the part is whole
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
