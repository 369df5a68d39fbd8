package dev.clipstream.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import dev.clipstream.train.tower.WeightDeclaration;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    @TempDir
    private Path folder;

    @Test
    void aWrittenCheckpointReadsBackEqual() throws IOException {
        // given
        WeightDeclaration towers = new Architecture(ImageEncoder.VIT, 16, 32, 50, 8, true).declare();
        float[] values = towers.start(new SplittableRandom(1));
        float[] average = towers.start(new SplittableRandom(2));
        float[] first = towers.start(new SplittableRandom(3));
        float[] second = towers.start(new SplittableRandom(4));
        Path file = folder.resolve("checkpoint.safetensors");

        // when
        new Checkpoint(17, 4.5, values, average, first, second).write(file, towers.weights());
        Checkpoint read = Checkpoint.read(file, towers.weights());

        // then
        assertThat(read.step()).isEqualTo(17);
        assertThat(read.seconds()).isEqualTo(4.5);
        assertThat(read.values()).isEqualTo(values);
        assertThat(read.average()).isEqualTo(average);
        assertThat(read.first()).isEqualTo(first);
        assertThat(read.second()).isEqualTo(second);
    }

    @Test
    void aCheckpointOfOtherTowersIsRejectedNamingTheFirstDifference() throws IOException {
        // given
        WeightDeclaration small = new Architecture(ImageEncoder.VIT, 16, 32, 50, 8, false).declare();
        WeightDeclaration large = new Architecture(ImageEncoder.VIT, 16, 64, 50, 8, false).declare();
        float[] values = small.start(new SplittableRandom(1));
        Path file = folder.resolve("checkpoint.safetensors");
        new Checkpoint(0, 0, values, values, values, values).write(file, small.weights());

        // when, then
        assertThatThrownBy(() -> Checkpoint.read(file, large.weights()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("image.head.matrix")
                .hasMessageContaining("[160, 64]")
                .hasMessageContaining("[160,32]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1234", "no checkpoint at all", "\t\0\0\0\0\0\0\0{\"a\":1}xx", "\t\0\0\0\0\0\0\0not json!"})
    void otherBytesAreRejected(String content) throws IOException {
        // given
        WeightDeclaration towers = new Architecture(ImageEncoder.VIT, 16, 32, 50, 8, false).declare();
        Path file = Files.writeString(folder.resolve("checkpoint.safetensors"), content);

        // when, then
        assertThatThrownBy(() -> Checkpoint.read(file, towers.weights()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Expected a complete checkpoint of clipstream train");
    }

    @Test
    void aFileWithoutTensorsIsRejectedNamingTheFirst() throws IOException {
        // given
        WeightDeclaration towers = new Architecture(ImageEncoder.VIT, 16, 32, 50, 8, false).declare();
        Path file = Files.writeString(folder.resolve("checkpoint.safetensors"), "\7\0\0\0\0\0\0\0{\"a\":1}");

        // when, then
        assertThatThrownBy(() -> Checkpoint.read(file, towers.weights()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Expected a tensor values/");
    }

    @Test
    void aTruncatedCheckpointIsRejected() throws IOException {
        // given
        WeightDeclaration towers = new Architecture(ImageEncoder.VIT, 16, 32, 50, 8, false).declare();
        float[] values = towers.start(new SplittableRandom(1));
        Path file = folder.resolve("checkpoint.safetensors");
        new Checkpoint(0, 0, values, values, values, values).write(file, towers.weights());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - 100);
        }

        // when, then
        assertThatThrownBy(() -> Checkpoint.read(file, towers.weights()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Expected a complete checkpoint of clipstream train");
    }
}
