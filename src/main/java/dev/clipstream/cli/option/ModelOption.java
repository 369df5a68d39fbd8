package dev.clipstream.cli.option;

import dev.clipstream.cli.output.Progress;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.runtime.settings.Home;
import picocli.CommandLine.Option;

/// The options `--model` and `--devices`.
public final class ModelOption {
    /// The values of `--devices`.
    public static final String DEVICES = "auto|cpu|cuda:0,1|tensorrt";

    @Option(
            names = "--model",
            paramLabel = "DIR[#WEIGHTS]",
            description =
                    "The model bundle: a folder in the Hugging Face layout; #fp16 or #int8 selects weights. Default: the bundled model.")
    private String model = Home.defaultModel().toString();

    @Option(
            names = "--devices",
            paramLabel = DEVICES,
            description = "Devices that run the model. Default: ${DEFAULT-VALUE}.")
    private String devices = "auto";

    /// Opens and verifies the model.
    public ClipModel open() throws ModelException {
        return open(model, devices);
    }

    /// Opens and verifies the model that an argument names.
    ///
    /// @param model   `DIR` or `DIR#WEIGHTS`
    /// @param devices such as `cpu`
    public static ClipModel open(String model, String devices) throws ModelException {
        ModelReference reference = ModelReference.parse(model);
        try (Progress _ = Progress.waiting("opening the model")) {
            return ModelOpening.open(reference.bundle(), reference.applyTo(ModelOptions.DEFAULT.withDevices(devices)));
        }
    }
}
