package dev.clipstream.image.codec;

import dev.clipstream.natives.NativeFolder;
import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.leptonica.global.leptonica;

/// Loads Leptonica, a small native library that contains libjpeg-turbo and libwebp.
///
/// The library is unpacked and loaded once for each JVM, on first use, which takes 0.4 s. It keeps no state between
/// calls. For a damaged JPEG, libjpeg writes one line to the standard error of the process; nothing here can prevent
/// that.
public final class Leptonica {

    private static final String FOLDER = "org.bytedeco.javacpp.cachedir";

    /// Room for the unpacked library, of which it takes most.
    private static final long BYTES = 16L << 20;

    private Leptonica() {}

    /// Loads the library on first access, under the JVM's lock for class initialisation.
    private static final class Library {
        static final boolean LOADED = load();

        private static boolean load() {
            try {
                chooseFolder();
                Loader.load(leptonica.class);
                leptonica.setMsgSeverity(leptonica.L_SEVERITY_NONE);
                return true;
            } catch (IOException | RuntimeException | LinkageError notOnThisPlatform) {
                return false;
            }
        }

        /// The library is unpacked into a folder that this property names.
        private static void chooseFolder() throws IOException {
            if (System.getProperty(FOLDER) == null) {
                System.setProperty(FOLDER, NativeFolder.of("leptonica", BYTES).toString());
            }
        }
    }

    /// Returns whether the library loads on this platform.
    public static boolean isAvailable() {
        return Library.LOADED;
    }
}
