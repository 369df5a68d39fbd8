package dev.clipstream.train.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/// Finds and starts PyTorch, which is not part of the service.
public final class TrainingEngine {
    private static final String NAME = "PyTorch";

    /// Disables downloads and telemetry, and runs each replica on one thread.
    private static final Map<String, String> PROPERTIES = Map.of(
            "ai.djl.offline", "true",
            "OPT_OUT_TRACKING", "true",
            "ai.djl.pytorch.num_threads", "1",
            "ai.djl.pytorch.num_interop_threads", "1",
            "ai.djl.pytorch.graph_optimizer", "false");

    private TrainingEngine() {}

    /// Returns the training device: a GPU if the engine finds one, otherwise the CPU.
    ///
    /// @throws EngineMissingException if PyTorch is not on the class path or does not start
    public static Device device() throws EngineMissingException {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        if (!Engine.hasEngine(NAME)) {
            throw new EngineMissingException(
                    "Expected PyTorch on the class path, found none. Run ./clipstream train, which fetches it into"
                            + " target/train-lib, or add the jars of the Maven profile train.",
                    null);
        }
        try {
            return Engine.getEngine(NAME).defaultDevice();
        } catch (EngineException e) {
            throw new EngineMissingException(
                    "Expected PyTorch to start, found: " + e.getMessage()
                            + ". It runs on Linux x86-64; another platform needs the jars of its own classifier.",
                    e);
        }
    }

    static NDManager manager(Device device) {
        return Engine.getEngine(NAME).newBaseManager(device);
    }
}
