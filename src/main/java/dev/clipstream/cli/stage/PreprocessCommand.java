package dev.clipstream.cli.stage;

import dev.clipstream.cli.input.ImageReader;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Normalizer;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Writes the input tensor of an image.
@Command(
        name = "preprocess",
        description = "Write the model's input tensor of an image: a NumPy file, float32 [1,3,H,W].")
public final class PreprocessCommand implements Callable<Integer> {
    @Mixin
    private final ModelOption model = new ModelOption();

    @Option(names = "--decode", paramLabel = "fast|exact", description = "Default: ${DEFAULT-VALUE}.")
    private DecodeMode decode = DecodeMode.FAST;

    @Option(names = "--image", paramLabel = "PATH|URL", required = true, description = "The image.")
    private String image = "";

    @Option(names = "--out", paramLabel = "FILE.npy", required = true, description = "The file to write.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws ModelException, IOException {
        try (ClipModel clip = model.open()) {
            Preprocessing preprocessing = clip.preprocessing();
            RgbImage input;
            try (ImageReader reader = new ImageReader()) {
                input = new ImagePreprocessor(preprocessing, decode, ImageLimits.DEFAULT)
                        .prepare(reader.read(image))
                        .modelInput();
            } catch (IOException | ImageException e) {
                new JsonLines().write(OutputLine.error(image, e));
                return Failures.INPUT_FAILED;
            }
            FloatBuffer tensor = FloatBuffer.allocate(3 * input.width() * input.height());
            new Normalizer(preprocessing).write(input, tensor);
            NpyFile.write(out, tensor.flip(), 1, 3, input.height(), input.width());
            return CommandLine.ExitCode.OK;
        }
    }
}
