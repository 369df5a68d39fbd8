package dev.clipstream.clip.onnx;

import ai.onnxruntime.OrtEnvironment;
import dev.clipstream.clip.ModelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The process's ONNX Runtime environment, with telemetry disabled.
///
/// ONNX Runtime 1.29 sends telemetry on Linux too, and its reporter ends the process with a segmentation fault if the
/// command line is longer than 4,096 bytes (a class path of many jars). It reads `ORT_DISABLE_TELEMETRY` from the
/// process's environment when the native library is loaded. A Java process cannot set its own environment, so the C
/// library's `setenv` does it.
public final class OnnxRuntime {
    private static final System.Logger LOG = System.getLogger(OnnxRuntime.class.getName());
    private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

    private OnnxRuntime() {}

    /// Unpacks and loads the native library at the first call.
    ///
    /// @throws ModelException if that failed
    static void load() throws ModelException {
        Refusal refusal = Library.REFUSAL;
        if (refusal != null) {
            throw new ModelException(refusal.expected(), refusal.found(), refusal.remedy());
        }
    }

    /// Returns the environment, which lives as long as the process.
    ///
    /// @throws IllegalStateException if the native library cannot be loaded; see [#load()]
    public static OrtEnvironment environment() {
        if (Library.REFUSAL != null) {
            throw new IllegalStateException(Library.REFUSAL.toString());
        }
        return OrtEnvironment.getEnvironment();
    }

    /// Why the native library cannot be loaded, in the phrases of a [ModelException].
    private record Refusal(String expected, String found, String remedy) {}

    private static final class Library {
        static final @Nullable Refusal REFUSAL = open();

        private static @Nullable Refusal open() {
            setTelemetryOff();
            try {
                OnnxLibrary.unpack();
                OnnxLibrary.load();
                return null;
            } catch (ModelException e) {
                return new Refusal(e.expected(), e.found(), e.remedy());
            }
        }
    }

    private static void setTelemetryOff() {
        if (System.getenv(VARIABLE) == null && !setVariable()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Cannot set {0} for ONNX Runtime: set it to 1 in the environment of this process",
                    VARIABLE);
        }
    }

    private static boolean setVariable() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
        if (setenv.isEmpty()) {
            return false;
        }
        MethodHandle call = linker.downcallHandle(
                setenv.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            return (int) call.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom("1"), 1) == 0;
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.DEBUG, "setenv failed", e);
            return false;
        }
    }
}
