package dev.clipstream.runtime.settings;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.hub.Catalogue;
import java.nio.file.Path;
import java.util.Map;

/// What users must know of the bundled model: it was trained on scenes of emoji and knows no photographs.
public final class BundledModel {
    /// By language of texts: a small model of the catalogue that knows photographs.
    private static final Map<String, String> FOR_PHOTOGRAPHS =
            Map.of("en", "openai/clip-vit-base-patch32", "zh", "OFA-Sys/chinese-clip-vit-base-patch16");

    private BundledModel() {}

    /// Returns whether a setting or option names the bundled model, which is not open yet.
    ///
    /// @param path as in the setting `model.path`
    public static boolean isNamedBy(String path) {
        return path.isEmpty()
                || Path.of(path).normalize().equals(Home.defaultModel().normalize());
    }

    /// Returns whether a model is the bundled one.
    public static boolean is(ModelIdentity model) {
        return model.id().equals(Catalogue.BUNDLED_MODEL);
    }

    /// Returns the command that runs another command with a model that knows photographs.
    ///
    /// @param command  such as `demo`
    /// @param language `en` or `zh`
    public static String commandForPhotographs(String command, String language) {
        String model = FOR_PHOTOGRAPHS.get(language);
        if (model == null) {
            throw new IllegalArgumentException(
                    "Expected one of the languages " + FOR_PHOTOGRAPHS.keySet() + ", found '" + language + "'");
        }
        return "./clipstream " + command + " --model " + model;
    }

    /// Returns a sentence for users of the bundled model.
    ///
    /// @param command which they ran, such as `demo`
    public static String notice(String command) {
        return "The bundled model knows emoji scenes and no photographs. For photographs: "
                + commandForPhotographs(command, "en");
    }
}
