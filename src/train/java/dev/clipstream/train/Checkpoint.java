package dev.clipstream.train;

import dev.clipstream.train.tower.Weights;
import dev.clipstream.train.tower.Weights.Weight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The state of a training after a step, in one safetensors file: weights, their running mean, and the optimizer's
/// moments.
///
/// Does not copy its arrays.
///
/// @param step    steps completed
/// @param seconds of training so far
/// @param values  of all weights
/// @param average running mean of the values, which is exported
/// @param first   first moments of the optimizer
/// @param second  second moments of the optimizer
@SuppressWarnings("ArrayRecordComponent") // megabytes on their way to and from a file
record Checkpoint(long step, double seconds, float[] values, float[] average, float[] first, float[] second) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> PARTS = List.of("values", "average", "first", "second");

    /// Writes a temporary file and renames it, so that a crash leaves the previous checkpoint.
    void write(Path file, Weights layout) throws IOException {
        List<float[]> parts = List.of(values, average, first, second);
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("__metadata__", Map.of("step", Long.toString(step), "seconds", Double.toString(seconds)));
        long at = 0;
        for (String part : PARTS) {
            for (Weight weight : layout.all()) {
                long end = at + 4L * weight.size();
                header.put(
                        part + "/" + weight.name(),
                        Map.of("dtype", "F32", "shape", weight.shape(), "data_offsets", List.of(at, end)));
                at = end;
            }
        }
        byte[] head = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (FileChannel out = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer length =
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(head.length);
            writeAll(out, length.flip());
            writeAll(out, ByteBuffer.wrap(head));
            for (float[] part : parts) {
                ByteBuffer bytes = ByteBuffer.allocate(part.length * 4).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(part);
                writeAll(out, bytes);
            }
            out.force(true);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /// Reads a checkpoint of the same weights.
    ///
    /// @throws IOException if the file cannot be read or contains other weights
    static Checkpoint read(Path file, Weights layout) throws IOException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            long length = bytes.getLong();
            if (length < 0 || length > bytes.remaining()) {
                throw new IllegalArgumentException("a header of " + length + " bytes");
            }
            byte[] head = new byte[(int) length];
            bytes.get(head);
            JsonNode header = JSON.readTree(head);
            ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
            JsonNode metadata = header.path("__metadata__");
            return new Checkpoint(
                    Long.parseLong(metadata.path("step").asString("0")),
                    Double.parseDouble(metadata.path("seconds").asString("0")),
                    part(file, "values", header, data, layout),
                    part(file, "average", header, data, layout),
                    part(file, "first", header, data, layout),
                    part(file, "second", header, data, layout));
        } catch (IllegalArgumentException | JacksonException | IndexOutOfBoundsException | BufferUnderflowException e) {
            throw new IOException(
                    file + ": Expected a complete checkpoint of clipstream train, found other or fewer bytes. "
                            + "Name the folder of a training, or begin a new one.",
                    e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static float[] part(Path file, String part, JsonNode header, ByteBuffer data, Weights layout) {
        float[] values = new float[layout.size()];
        for (Weight weight : layout.all()) {
            JsonNode tensor = header.path(part + "/" + weight.name());
            JsonNode shape = tensor.path("shape");
            if (!shape.toString()
                    .replace(" ", "")
                    .equals(weight.shape().toString().replace(" ", ""))) {
                throw new UncheckedIOException(
                        new IOException(file + ": Expected a tensor " + part + "/" + weight.name()
                                + " of shape " + weight.shape() + ", found " + shape
                                + ". Resume with the settings of that training."));
            }
            int at = tensor.path("data_offsets").path(0).asInt(0);
            data.slice(at, weight.size() * 4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values, weight.offset(), weight.size());
        }
        return values;
    }
}
