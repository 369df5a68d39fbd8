package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.hub.ModelHub;
import dev.clipstream.clip.hub.PullObserver;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.runtime.settings.EmbeddingSettings;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.runtime.settings.ModelSettings;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindException;

/// Opens models and what prepares images for them, as the settings say.
public final class Models {
    private static final System.Logger LOG = System.getLogger(Models.class.getName());

    private Models() {}

    /// Opens the instance's own model. The caller closes it.
    ///
    /// @throws StartException if the bundle or a device is refused
    public static ClipModel open(Settings settings) throws StartException {
        ModelSettings model = settings.model();
        ClipModel opened = open(
                own(model),
                ModelOptions.DEFAULT
                        .withWeights(model.weights())
                        .withDevices(model.devices())
                        .withCpuThreads(model.threads())
                        .withCpuBatches(model.batches())
                        .withMaxBatch(maxBatch(settings))
                        .withQueries(settings.topologies().contains(TopologyName.INDEXING)));
        String fingerprint = opened.identity().fingerprint();
        if (!model.sha256().isEmpty() && !model.sha256().equals(fingerprint)) {
            opened.close();
            throw new StartException("model.sha256: Expected a model with the fingerprint " + model.sha256()
                    + ", found " + fingerprint + " of " + opened.identity().id()
                    + ". Correct the setting, or name the model and revision that have it.");
        }
        return opened;
    }

    /// Pulls an instance's own model if it is missing, so that [#open] finds it, and looks for its graphs.
    ///
    /// @param properties the settings. Nothing happens if they are not valid: the service says so when it starts.
    /// @throws StartException if the model is not to be had
    public static void pull(Map<String, String> properties, PullObserver observer) throws StartException {
        ModelSettings model;
        try {
            model = Settings.of(properties).model();
        } catch (BindException e) {
            return;
        }
        LocalBundle bundle = locate(own(model), ModelOptions.DEFAULT.withWeights(model.weights()), observer);
        try {
            ModelOpening.weights(bundle.folder());
        } catch (ModelException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static LocalBundle locate(ModelReference reference, ModelOptions options, PullObserver observer)
            throws StartException {
        try {
            return ModelHub.ofProcess()
                    .locate(reference, reference.applyTo(options).weights(), observer);
        } catch (ModelException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ModelReference reference(String path) {
        return path.isEmpty() ? ModelReference.folder(Home.defaultModel()) : ModelReference.parse(path);
    }

    private static ModelReference own(ModelSettings model) throws StartException {
        ModelReference reference = reference(model.path());
        try {
            return model.revision().isEmpty() ? reference : reference.withRevision(model.revision());
        } catch (IllegalArgumentException e) {
            throw new StartException("model.revision: " + e.getMessage() + ". Remove one of them.", e);
        }
    }

    /// Opens another model to answer searches only: on one device, one batch at a time. The caller closes it.
    ///
    /// @param path of the bundle, as in the setting `search.models`
    /// @throws StartException if the bundle or the device is refused
    static ClipModel openForQueries(Settings settings, String path) throws StartException {
        ModelSettings model = settings.model();
        return open(
                reference(path),
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

    private static ClipModel open(ModelReference reference, ModelOptions options) throws StartException {
        LocalBundle bundle = locate(reference, options, new LoggedPull());
        try {
            ClipModel model = ModelOpening.open(bundle, reference.applyTo(options));
            model.describe()
                    .commit()
                    .ifPresent(commit -> LOG.log(
                            System.Logger.Level.INFO,
                            "{0}: commit {1}, fingerprint {2}",
                            model.identity().id(),
                            commit,
                            model.identity().fingerprint()));
            return model;
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
