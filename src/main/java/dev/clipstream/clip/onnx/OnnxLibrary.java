package dev.clipstream.clip.onnx;

import ai.onnxruntime.OrtEnvironment;
import dev.clipstream.clip.ModelException;
import dev.clipstream.natives.NativeFolder;
import dev.clipstream.natives.NativeFolderException;
import dev.clipstream.natives.UnpackedLibrary;
import java.io.IOException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Unpacks ONNX Runtime's native library where the next process finds it again.
///
/// On its own, ONNX Runtime unpacks 28 MB at each start into a new temporary folder, which a killed process leaves
/// behind. The system property `onnxruntime.native.path` makes it load the files of a folder instead.
final class OnnxLibrary {
    private static final String PATH = "onnxruntime.native.path";

    /// The library, its Java interface, and the parts for GPUs, which only the jar for them has.
    private static final List<String> PARTS = List.of(
            "onnxruntime",
            "onnxruntime4j_jni",
            "onnxruntime_providers_shared",
            "onnxruntime_providers_cuda",
            "onnxruntime_providers_tensorrt");

    private OnnxLibrary() {}

    /// Unpacks the library, unless the user has set where it is or it has no files for this platform.
    ///
    /// @throws ModelException if no folder can hold it
    static void unpack() throws ModelException {
        if (System.getProperty(PATH) != null) {
            return;
        }
        List<URL> files = files();
        if (files.isEmpty()) {
            return;
        }
        try {
            long bytes = 0;
            for (URL file : files) {
                bytes += UnpackedLibrary.size(file);
            }
            String version = String.valueOf(OrtEnvironment.class.getPackage().getImplementationVersion());
            Path folder = NativeFolder.of("onnxruntime-" + version + "-" + bytes, bytes);
            UnpackedLibrary.into(folder, files);
            System.setProperty(PATH, folder.toString());
        } catch (NativeFolderException e) {
            throw new ModelException(e.expected(), e.found(), e.remedy());
        } catch (IOException e) {
            throw new ModelException(
                    "to unpack ONNX Runtime", String.valueOf(e.getMessage()), "check the folder and its room");
        }
    }

    /// Returns the files of this platform; empty: the library does not support it.
    private static List<URL> files() {
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        List<URL> files = new ArrayList<>();
        for (String part : PARTS) {
            URL file = OrtEnvironment.class.getResource(
                    "/ai/onnxruntime/native/" + platform + "/" + System.mapLibraryName(part));
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    private static String platform(String name, String architecture) {
        String system = name.toLowerCase(Locale.ROOT);
        String os = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
        return os + "-" + (architecture.equals("amd64") || architecture.equals("x86_64") ? "x64" : architecture);
    }

    /// Loads the library. ONNX Runtime always creates a temporary folder for it, which is deleted here because it stays
    /// empty.
    ///
    /// @throws ModelException if the library is refused by the system
    static void load() throws ModelException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        if (!Files.isDirectory(temporary) || !Files.isWritable(temporary)) {
            throw new ModelException(
                    "a folder for temporary files that exists and is writable",
                    temporary.toString(),
                    "create it, or name another with the JVM's option -Djava.io.tmpdir=DIR (CLIPSTREAM_JAVA_OPTS)");
        }
        try {
            Set<Path> before = emptyFolders(temporary);
            OrtEnvironment.getAvailableProviders();
            Set<Path> created = emptyFolders(temporary);
            created.removeAll(before);
            for (Path folder : created) {
                Files.deleteIfExists(folder);
            }
        } catch (LinkageError | IOException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new ModelException(
                    "to load ONNX Runtime",
                    String.valueOf(cause.getMessage()),
                    "check the folders of temporary files (java.io.tmpdir) and of native libraries ("
                            + NativeFolder.PROPERTY + ")",
                    e);
        }
    }

    private static Set<Path> emptyFolders(Path temporary) throws IOException {
        Set<Path> empty = new HashSet<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, "onnxruntime-java*")) {
            for (Path folder : folders) {
                String[] files = folder.toFile().list();
                if (files != null && files.length == 0) {
                    empty.add(folder);
                }
            }
        }
        return empty;
    }
}
