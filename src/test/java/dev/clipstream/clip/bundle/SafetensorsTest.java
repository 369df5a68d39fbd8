package dev.clipstream.clip.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private static final String SCALE =
            "{\"logit_scale\": {\"dtype\": \"F32\", \"shape\": [], \"data_offsets\": [0, 4]}";

    @TempDir
    private Path folder;

    /// Returns a file of this format: its header's length, the header, the tensors.
    public static byte[] file(String header, byte[] tensors) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + tensors.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(tensors)
                .array();
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static Optional<LearnedScale> read(byte[] file) throws IOException {
        return Safetensors.scale(
                (from, length) -> Arrays.copyOfRange(
                        file, (int) Math.min(from, file.length), (int) Math.min(from + length, file.length)),
                "a file");
    }

    @ParameterizedTest
    @CsvSource({"F64, 8, 1e-12", "F32, 4, 1e-5", "F16, 2, 0.2", "BF16, 2, 2"})
    void theScaleIsTheExponentialOfWhatIsStored(String type, int bytes, double tolerance) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        double logarithm = Math.log(100);
        switch (type) {
            case "F64" -> value.putDouble(logarithm);
            case "F32" -> value.putFloat((float) logarithm);
            case "F16" -> value.putShort(Float.floatToFloat16((float) logarithm));
            default -> value.putShort((short) (Float.floatToIntBits((float) logarithm) >>> 16));
        }
        String header =
                "{\"logit_scale\": {\"dtype\": \"" + type + "\", \"shape\": [], \"data_offsets\": [0, " + bytes + "]}}";

        LearnedScale found =
                read(file(header, Arrays.copyOf(value.array(), bytes))).orElseThrow();

        assertThat(found.scale()).isCloseTo(100, within(tolerance));
        assertThat(found.bias()).isEmpty();
    }

    @Test
    void theBiasIsReadAsItIsStored() throws IOException {
        String header = SCALE
                + ", \"logit_bias\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}, \"__metadata__\":"
                + " {\"format\": \"pt\"}}";

        LearnedScale found = read(file(header, floats(4.7f, -16.5f))).orElseThrow();

        assertThat(found.scale()).isCloseTo(Math.exp(4.7f), within(1e-9));
        assertThat(found.bias()).hasValue(-16.5);
    }

    @Test
    void headerAndValuesTakeTwoReadsWhereverTheTensorsAre() throws IOException {
        // given a megabyte of weights before the scale
        byte[] tensors = new byte[1 << 20];
        ByteBuffer.wrap(tensors).order(ByteOrder.LITTLE_ENDIAN).putFloat(1_000_000, 2f);
        String header = "{\"model.logit_scale\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [1000000,"
                + " 1000004]}}";
        byte[] file = file(header, tensors);
        List<Integer> reads = new ArrayList<>();

        // when
        LearnedScale found = Safetensors.scale(
                        (from, length) -> {
                            reads.add(length);
                            return Arrays.copyOfRange(file, (int) from, (int) Math.min(from + length, file.length));
                        },
                        "a file")
                .orElseThrow();

        // then
        assertThat(found.scale()).isCloseTo(Math.exp(2), within(1e-9));
        assertThat(reads).containsExactly(512 << 10, 4);
    }

    @Test
    void aHeaderThatIsLongerThanTheFirstReadIsReadToItsEnd() throws IOException {
        String header = SCALE + ", \"__metadata__\": {\"x\": \"" + "x".repeat(600_000) + "\"}}";

        assertThat(read(file(header, floats(0))).orElseThrow().scale()).isEqualTo(1);
    }

    @Test
    void weightsWithoutAScaleHaveNone() throws IOException {
        assertThat(read(file("{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}", floats(1))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "[]x",
                "{\"logit_scale\": 1}",
                "{\"logit_scale\": {\"dtype\": \"F32\", \"data_offsets\": [-4, 0]}}",
                "{\"logit_scale\": {\"dtype\": \"F32\", \"data_offsets\": [4, 0]}}",
                "{\"logit_scale\": {\"dtype\": \"F32\", \"data_offsets\": [0, 1000000000000]}}",
                "{\"logit_scale\": {\"dtype\": \"F32\", \"data_offsets\": [9000000000000000000, 9000000000000000004]}}",
                "{\"logit_scale\": {\"dtype\": \"F32\", \"data_offsets\": [400, 404]}}",
                "{\"logit_scale\": {\"dtype\": \"I64\", \"data_offsets\": [0, 8]}}",
                "{\"logit_scale\": {\"dtype\": \"F32\", \"data_offsets\": [4, 8]}}"
            })
    void aDamagedFileIsRefused(String header) {
        assertThatIOException()
                .isThrownBy(() -> read(file(header, floats(0, Float.NaN))))
                .withMessageContaining("a file");
    }

    @Test
    void aHeaderOfAbsurdLengthIsRefused() {
        byte[] file = file("{}", new byte[0]);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);

        assertThatIOException().isThrownBy(() -> read(file));
        assertThatIOException().isThrownBy(() -> read(new byte[3]));
    }

    @Test
    void theScaleIsFoundBesideTheGraphsAndInOneOfSeveralFiles() throws IOException {
        // given
        Files.writeString(
                folder.resolve(Safetensors.INDEX),
                "{\"weight_map\": {\"logit_scale\": \"model-00002-of-00002.safetensors\"}}");
        Files.write(folder.resolve("model-00002-of-00002.safetensors"), file(SCALE + "}", floats(3)));

        // when, then
        assertThat(Safetensors.inFolder(folder).orElseThrow().scale()).isCloseTo(Math.exp(3), within(1e-6));
        Files.write(folder.resolve("open_clip_model.safetensors"), file(SCALE + "}", floats(4)));
        assertThat(Safetensors.inFolder(folder).orElseThrow().source()).isEqualTo("open_clip_model.safetensors");

        // and a name that leads elsewhere is none
        Files.delete(folder.resolve("open_clip_model.safetensors"));
        Files.writeString(
                folder.resolve(Safetensors.INDEX), "{\"weight_map\": {\"logit_scale\": \"../secret.safetensors\"}}");
        assertThat(Safetensors.inFolder(folder)).isEmpty();
    }
}
