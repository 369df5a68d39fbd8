package dev.clipstream.cli.stage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes tensors in the NumPy file format, version 1.0 (NEP 1), which `numpy.load` reads.
final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    /// The magic bytes and the header are padded to a multiple of this size.
    private static final int ALIGNMENT = 64;

    private NpyFile() {}

    /// Writes float32 values in C order.
    ///
    /// @param values from position to limit, as many as the product of the sizes
    /// @param shape  the sizes of the dimensions, outermost first
    static void write(Path file, FloatBuffer values, int... shape) throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': ("
                + IntStream.of(shape).mapToObj(Integer::toString).collect(Collectors.joining(", ", "", ","))
                + "), }";
        int padding = Math.floorMod(-(MAGIC.length + Short.BYTES + header.length() + 1), ALIGNMENT);
        byte[] text = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(
                        MAGIC.length + Short.BYTES + text.length + values.remaining() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) text.length)
                .put(text);
        bytes.asFloatBuffer().put(values.duplicate());
        Files.write(file, bytes.array());
    }
}
