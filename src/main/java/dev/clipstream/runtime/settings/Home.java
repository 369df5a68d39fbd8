package dev.clipstream.runtime.settings;

import java.nio.file.Path;

/// The installation folder with `models/` and `samples/`, which the launcher sets as a system property.
public final class Home {
    private Home() {}

    /// Returns the installation folder.
    public static Path folder() {
        return Path.of(System.getProperty("clipstream.home", "."));
    }

    /// Returns the folder of the bundled model.
    public static Path defaultModel() {
        return folder().resolve("models/clipstream-tiny");
    }

    /// Returns the folder of the sample images.
    public static Path samples() {
        return folder().resolve("samples");
    }
}
