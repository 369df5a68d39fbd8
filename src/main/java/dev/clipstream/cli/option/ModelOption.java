package dev.clipstream.cli.option;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.runtime.settings.Home;
import picocli.CommandLine.Option;

/// Which model a command opens.
public final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = "DIR[#WEIGHTS]",
            description =
                    "The model bundle: a folder in the Hugging Face layout, #fp16 or #int8 picks weights. Default: the bundled model.")
    private String model = Home.defaultModel().toString();

    @Option(
            names = "--devices",
            paramLabel = "auto|cpu|cuda:0,1|tensorrt",
            description = "Where it runs. Default: ${DEFAULT-VALUE}.")
    private String devices = "auto";

    /// Opens and proves the model.
    public ClipModel open() throws ModelException {
        return open(model, devices);
    }

    /// Opens and proves the model that a person named.
    ///
    /// @param model   `DIR` or `DIR#WEIGHTS`
    /// @param devices such as `cpu`
    public static ClipModel open(String model, String devices) throws ModelException {
        ModelReference reference = ModelReference.parse(model);
        return ModelOpening.open(reference.bundle(), reference.applyTo(ModelOptions.DEFAULT.withDevices(devices)));
    }
}
