package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.hub.ModelHub;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.runtime.settings.EmbeddingSettings;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.runtime.settings.ModelSettings;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;

/// Opens models and what prepares images for them, as the settings say.
public final class Models {
    private Models() {}

    /// Opens the instance's own model. The caller closes it.
    ///
    /// @throws StartException if the bundle or a device is refused
    public static ClipModel open(Settings settings) throws StartException {
        ModelSettings model = settings.model();
        return open(
                model.path(),
                ModelOptions.DEFAULT
                        .withWeights(model.weights())
                        .withDevices(model.devices())
                        .withCpuThreads(model.threads())
                        .withCpuBatches(model.batches())
                        .withMaxBatch(maxBatch(settings))
                        .withQueries(settings.topologies().contains(TopologyName.INDEXING)));
    }

    /// Opens another model to answer searches only: on one device, one batch at a time. The caller closes it.
    ///
    /// @param path of the bundle, as in the setting `search.models`
    /// @throws StartException if the bundle or the device is refused
    static ClipModel openForQueries(Settings settings, String path) throws StartException {
        ModelSettings model = settings.model();
        return open(
                path,
                ModelOptions.DEFAULT
                        .withDevices(model.devices().replaceFirst(",.*", ""))
                        .withCpuThreads(model.threads())
                        .withCpuBatches(1)
                        .withQueries(true));
    }

    private static int maxBatch(Settings settings) {
        int set = settings.embedding().batch();
        return set > 0 ? set : ModelOptions.DEFAULT.maxBatch();
    }

    private static ClipModel open(String path, ModelOptions options) throws StartException {
        ModelReference reference =
                path.isEmpty() ? ModelReference.folder(Home.defaultModel()) : ModelReference.parse(path);
        ModelOptions chosen = reference.applyTo(options);
        try {
            LocalBundle bundle = ModelHub.ofProcess().locate(reference, chosen.weights(), new LoggedPull());
            return ModelOpening.open(bundle, chosen);
        } catch (ModelException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Returns what decodes and scales images for a model.
    static ImagePreprocessor preprocessor(Settings settings, ClipModel model) {
        EmbeddingSettings embedding = settings.embedding();
        return new ImagePreprocessor(
                model.preprocessing(),
                embedding.decode(),
                new ImageLimits(embedding.maxBytes(), embedding.maxPixels()));
    }
}
