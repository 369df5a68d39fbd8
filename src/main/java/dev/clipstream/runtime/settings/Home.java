package dev.clipstream.runtime.settings;

import java.nio.file.Path;

/// The folder that the program lies in, with `models/` and `samples/`; the launcher names it.
public final class Home {
    private Home() {}

    /// The folder itself.
    public static Path folder() {
        return Path.of(System.getProperty("clipstream.home", "."));
    }

    /// The bundled model.
    public static Path defaultModel() {
        return folder().resolve("models/clipstream-tiny");
    }

    /// The sample pictures.
    public static Path samples() {
        return folder().resolve("samples");
    }
}
