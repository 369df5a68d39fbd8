package dev.clipstream.clip.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.prologue.BytePixelGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Opens graphs on devices: one ONNX Runtime session per graph and device, which all users share.
///
/// Owns the sessions. Used by one thread, while a model is opened and closed.
final class Sessions implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sessions.class.getName());

    private record Key(Path graph, Device device) {}

    private final ModelOptions options;
    private final Map<Key, OrtSession> open = new HashMap<>();
    private final List<OrtSession> apart = new ArrayList<>();

    Sessions(ModelOptions options) {
        this.options = options;
    }

    /// Returns the devices that the options name; for `auto` the first GPU if `graph` opens on it, otherwise the CPU.
    List<Device> devices(GraphFile graph) throws ModelException {
        List<Device> named = Device.parse(options.devices());
        if (!named.isEmpty()) {
            return named;
        }
        OnnxRuntime.environment();
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            LOG.log(System.Logger.Level.INFO, "Device cpu: this build of ONNX Runtime has no CUDA provider");
            return List.of(Device.CPU);
        }
        Device first = new Device(Device.Kind.CUDA, 0);
        try {
            on(graph, first, 1);
            LOG.log(System.Logger.Level.INFO, "Device {0}: found by auto", first);
            return List.of(first);
        } catch (ModelException e) {
            LOG.log(System.Logger.Level.WARNING, "Device cpu: CUDA does not work here. {0}", e.getMessage());
            return List.of(Device.CPU);
        }
    }

    /// Returns the session of a graph on a device, and opens it if needed.
    ///
    /// @param runs the number of simultaneous runs; on a CPU they divide the threads, at least one each. Has no
    ///             effect on a session that is open already.
    OrtSession on(GraphFile graph, Device device, int runs) throws ModelException {
        Key key = new Key(graph.path(), device);
        OrtSession known = open.get(key);
        if (known != null) {
            return known;
        }
        OrtSession session = create(graph, device, runs);
        open.put(key, session);
        return session;
    }

    /// Returns a further session of a graph on a device. It shares no threads with the others, and on a CPU it runs
    /// on the options' threads, not on a share of them.
    OrtSession apart(GraphFile graph, Device device) throws ModelException {
        OrtSession session = create(graph, device, options.threads());
        apart.add(session);
        return session;
    }

    private OrtSession create(GraphFile graph, Device device, int runs) throws ModelException {
        requireProvider(device);
        Optional<BytePixelGraph> bytes = takesBytes(device) ? bytePixels(graph) : Optional.empty();
        if (bytes.isPresent()) {
            try {
                return create(graph, bytes, device, runs);
            } catch (ModelException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Images reach {0} as floats: {1} does not open with bytes. {2}",
                        device,
                        graph.name(),
                        e.getMessage());
            }
        }
        return create(graph, Optional.empty(), device, runs);
    }

    private boolean takesBytes(Device device) {
        return switch (options.pixels()) {
            case AUTO -> device.isGpu();
            case BYTES -> true;
            case FLOATS -> false;
        };
    }

    private static Optional<BytePixelGraph> bytePixels(GraphFile graph) throws ModelException {
        try {
            return BytePixelGraph.of(graph.path(), graph.ownWeights());
        } catch (IOException e) {
            throw new ModelException("a readable file " + graph.name(), e.toString(), "check its permissions", e);
        }
    }

    private OrtSession create(GraphFile graph, Optional<BytePixelGraph> bytes, Device device, int runs)
            throws ModelException {
        OrtEnvironment environment = OnnxRuntime.environment();
        try (OrtSession.SessionOptions session = new OrtSession.SessionOptions()) {
            session.setIntraOpNumThreads(device.isGpu() ? 1 : Math.max(1, options.threads() / runs));
            session.setInterOpNumThreads(1);
            // threads that spin take the cores from the decoders: two then do less work than one
            session.addConfigEntry("session.intra_op.allow_spinning", "0");
            session.addConfigEntry("session.inter_op.allow_spinning", "0");
            if (graph.exactProducts() && IntegerKernels.saturate()) {
                session.addConfigEntry("session.x64quantprecision", "1");
            }
            addProvider(session, graph, bytes, device);
            OrtSession opened;
            if (bytes.isPresent()) {
                session.addConfigEntry(
                        "session.model_external_initializers_file_folder_path",
                        bytes.get().folder().toString());
                opened = environment.createSession(bytes.get().model(), session);
            } else {
                opened = environment.createSession(graph.path().toString(), session);
            }
            NativeHeap.trim();
            return opened;
        } catch (OrtException e) {
            throw refused(graph, device, e);
        }
    }

    private void addProvider(
            OrtSession.SessionOptions session, GraphFile graph, Optional<BytePixelGraph> bytes, Device device)
            throws ModelException, OrtException {
        switch (device.kind()) {
            case CPU -> {
                // ONNX Runtime always adds it
            }
            case CUDA -> addCuda(session, device, options.providerOptions());
            case TENSORRT -> {
                try (OrtTensorRTProviderOptions tensorrt = new OrtTensorRTProviderOptions(device.index())) {
                    addAll(tensorrt::add, tensorrt(graph, bytes));
                    addAll(tensorrt::add, options.providerOptions());
                    session.addTensorrt(tensorrt);
                } catch (OrtException e) {
                    throw driver(device, "TensorRT 10, CUDA 12 and cuDNN 9", e);
                }
                addCuda(session, device, Map.of());
            }
        }
    }

    private Map<String, String> tensorrt(GraphFile graph, Optional<BytePixelGraph> bytes) {
        Optional<ProviderOptions.Shapes> shapes = bytes.flatMap(pixels -> pixels.shapes(1)
                .flatMap(least -> pixels.shapes(options.maxBatch())
                        .map(greatest -> new ProviderOptions.Shapes(least, greatest))));
        String form = graph.halves() + " " + shapes + " " + options.providerOptions();
        return ProviderOptions.tensorrt(graph.halves(), shapes, EngineCache.folder(graph, form));
    }

    private static void addCuda(OrtSession.SessionOptions session, Device device, Map<String, String> own)
            throws ModelException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
            addAll(cuda::add, ProviderOptions.cuda());
            addAll(cuda::add, own);
            session.addCUDA(cuda);
        } catch (OrtException e) {
            throw driver(device, "CUDA 12 (cuBLAS, cuRAND, cudart) and cuDNN 9", e);
        }
    }

    /// An option of a provider.
    @FunctionalInterface
    private interface OptionSetter {
        void set(String name, String value) throws OrtException;
    }

    private static void addAll(OptionSetter provider, Map<String, String> values) throws OrtException {
        for (Map.Entry<String, String> value : values.entrySet()) {
            provider.set(value.getKey(), value.getValue());
        }
    }

    private static void requireProvider(Device device) throws ModelException {
        OrtProvider provider = switch (device.kind()) {
            case CPU -> OrtProvider.CPU;
            case CUDA -> OrtProvider.CUDA;
            case TENSORRT -> OrtProvider.TENSOR_RT;
        };
        OnnxRuntime.environment();
        if (!OrtEnvironment.getAvailableProviders().contains(provider)) {
            throw new ModelException(
                    "an ONNX Runtime with " + provider.getName() + " for device " + device,
                    "one with " + OrtEnvironment.getAvailableProviders(),
                    "build with -Pgpu (artifact onnxruntime_gpu), or set the device cpu");
        }
    }

    private static ModelException driver(Device device, String libraries, OrtException e) {
        return new ModelException(
                "device " + device + " to open",
                String.valueOf(e.getMessage()),
                "check with nvidia-smi that the driver sees this GPU, install " + libraries
                        + " where the loader finds them, or set the device cpu",
                e);
    }

    private static ModelException refused(GraphFile graph, Device device, OrtException e) {
        if (device.isGpu() && DeviceFault.of(e) != DeviceFault.NONE) {
            return new ModelException(
                    graph.path().getFileName() + " to open on " + device,
                    String.valueOf(e.getMessage()),
                    "free the GPU's memory, take another GPU or smaller weights (fp16)",
                    e);
        }
        return new ModelException(
                "a graph that ONNX Runtime opens in " + graph.path().getFileName(),
                String.valueOf(e.getMessage()),
                "export or download the file again; custom operators are not loaded",
                e);
    }

    @Override
    public void close() {
        apart.addAll(open.values());
        open.clear();
        for (OrtSession session : apart) {
            try {
                session.close();
            } catch (OrtException e) {
                LOG.log(System.Logger.Level.WARNING, "Cannot close a session", e);
            }
        }
        apart.clear();
    }
}
