package dev.clipstream.image.codec;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.leptonica.global.leptonica;

/// Loads Leptonica, a small native library that contains libjpeg-turbo and libwebp.
///
/// The library is unpacked and loaded once for each JVM, on first use, which takes 0.4 s. It keeps no state between
/// calls. For a damaged JPEG, libjpeg writes one line to the standard error of the process; nothing here can prevent
/// that.
public final class Leptonica {

    private Leptonica() {}

    /// Loads the library on first access, under the JVM's lock for class initialisation.
    private static final class Library {
        static final boolean LOADED = load();

        private static boolean load() {
            try {
                Loader.load(leptonica.class);
                leptonica.setMsgSeverity(leptonica.L_SEVERITY_NONE);
                return true;
            } catch (RuntimeException | LinkageError notOnThisPlatform) {
                return false;
            }
        }
    }

    /// Returns whether the library loads on this platform.
    public static boolean isAvailable() {
        return Library.LOADED;
    }
}
