package dev.clipstream.cli.option;

import dev.clipstream.cli.output.Progress;
import dev.clipstream.cli.output.PullProgress;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.hub.ModelHub;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.runtime.settings.Home;
import picocli.CommandLine.Option;

/// The options `--model` and `--devices`.
public final class ModelOption {
    /// The values of `--devices`.
    public static final String DEVICES = "auto|cpu|cuda:0,1|tensorrt";

    /// What names a model.
    public static final String MODEL = "DIR|ID[#WEIGHTS]";

    @Option(
            names = "--model",
            paramLabel = MODEL,
            description =
                    "The model: a folder, or ORG/NAME[@REVISION] on Hugging Face, which is pulled if it is not in the"
                            + " cache (modelscope:ORG/NAME on ModelScope); #fp16 or #int8 selects weights. Default: the"
                            + " bundled model.")
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
    /// @param model   see [ModelReference]
    /// @param devices such as `cpu`
    public static ClipModel open(String model, String devices) throws ModelException {
        ModelOptions options = options(model, devices);
        LocalBundle bundle = locate(model, options);
        try (Progress _ = Progress.waiting("opening the model")) {
            return ModelOpening.open(bundle, options);
        }
    }

    /// Returns the options for the model that an argument names.
    public static ModelOptions options(String model, String devices) {
        return ModelReference.parse(model).applyTo(ModelOptions.DEFAULT.withDevices(devices));
    }

    /// Returns the folder of the model that an argument names. Pulls what is missing of it.
    public static LocalBundle locate(String model, ModelOptions options) throws ModelException {
        try (PullProgress progress = new PullProgress()) {
            return ModelHub.ofProcess().locate(ModelReference.parse(model), options.weights(), progress);
        }
    }
}
