package dev.clipstream.clip.prologue;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Layout;
import dev.clipstream.RandomClip.Pixels;
import dev.clipstream.RandomClip.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BytePixelGraphTest {
    @TempDir
    private Path folder;

    @Test
    void largeWeightsStayInTheModelFileAtTheirPlace() throws Exception {
        // given
        Path file = RandomClip.write(folder, Spec.DEMO).resolve("onnx/vision_model.onnx");
        byte[] content = Files.readAllBytes(file);
        OnnxMl.GraphProto before = OnnxMl.ModelProto.parseFrom(content).getGraph();

        // when
        BytePixelGraph graph = BytePixelGraph.of(file, true).orElseThrow();

        // then
        OnnxMl.GraphProto after = OnnxMl.ModelProto.parseFrom(graph.model()).getGraph();
        assertThat(graph.folder()).isEqualTo(file.toRealPath().getParent());
        assertThat(graph.model().remaining()).isLessThan(content.length / 4);
        assertThat(after.getInitializerCount()).isEqualTo(before.getInitializerCount());
        int external = 0;
        for (int i = 0; i < before.getInitializerCount(); i++) {
            OnnxMl.TensorProto tensor = after.getInitializer(i);
            byte[] expected = before.getInitializer(i).getRawData().toByteArray();
            if (tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
                external++;
                List<String> values = tensor.getExternalDataList().stream()
                        .map(OnnxMl.StringStringEntryProto::getValue)
                        .toList();
                int offset = Integer.parseInt(values.get(1));
                assertThat(values.get(0)).isEqualTo("vision_model.onnx");
                assertThat(Arrays.copyOfRange(content, offset, offset + Integer.parseInt(values.get(2))))
                        .isEqualTo(expected);
            } else {
                assertThat(tensor).isEqualTo(before.getInitializer(i));
            }
        }
        assertThat(external).isPositive();
        assertThat(after.getNodeList().subList(6, after.getNodeCount())).isEqualTo(before.getNodeList());
    }

    @Test
    void theShapesOfABatchNameEveryTensorThatMayBeAnInput() throws Exception {
        Path file = RandomClip.write(folder, Spec.TINY).resolve("onnx/vision_model.onnx");

        assertThat(BytePixelGraph.of(file, true).orElseThrow().shapes(8))
                .contains("clipstream.pixels:8x32x32x3,clipstream.numbers:8x32x32x3,clipstream.places:8x32x32x3,"
                        + "clipstream.indices:8x32x32x3,clipstream.floats:8x32x32x3,pixel_values:8x3x32x32");
    }

    @Test
    void theShapesOfAGraphThatAlsoTakesTextsAreNotKnown() throws Exception {
        Path file = RandomClip.write(folder, Spec.TINY.layout(Layout.COMBINED)).resolve("onnx/model.onnx");

        assertThat(BytePixelGraph.of(file, true).orElseThrow().shapes(8)).isEmpty();
    }

    @Test
    void aGraphOfTextsOrOfBytesAndATruncatedFileAreLeftAlone() throws Exception {
        // given
        Path bundle = RandomClip.write(folder, Spec.TINY.pixels(Pixels.U8));
        Path vision = RandomClip.write(folder.resolve("floats"), Spec.TINY).resolve("onnx/vision_model.onnx");
        byte[] whole = Files.readAllBytes(vision);

        // when, then
        assertThat(BytePixelGraph.of(bundle.resolve("onnx/text_model.onnx"), true))
                .isEmpty();
        assertThat(BytePixelGraph.of(bundle.resolve("onnx/vision_model.onnx"), true))
                .isEmpty();
        for (int length = 0; length < whole.length; length += 997) {
            Files.write(vision, Arrays.copyOf(whole, length));
            assertThat(BytePixelGraph.of(vision, true)).as("%d bytes", length).isEmpty();
        }
    }
}
