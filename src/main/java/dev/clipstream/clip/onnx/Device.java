package dev.clipstream.clip.onnx;

import dev.clipstream.clip.ModelException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The device of a session.
///
/// @param kind  ONNX Runtime's provider
/// @param index of the machine's GPU, from 0; 0 for the CPU
record Device(Kind kind, int index) {
    static final Device CPU = new Device(Kind.CPU, 0);

    /// The known providers of ONNX Runtime.
    enum Kind {
        CPU,
        CUDA,
        TENSORRT
    }

    /// Parses the setting or option for devices.
    ///
    /// @return the devices in the given order; empty for `auto`
    static List<Device> parse(String text) throws ModelException {
        if (text.equals("auto")) {
            return List.of();
        }
        if (text.equals("cpu")) {
            return List.of(CPU);
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        Kind kind = switch (name) {
            case "cuda" -> Kind.CUDA;
            case "tensorrt" -> Kind.TENSORRT;
            default -> throw unknown(text);
        };
        Set<Device> devices = new LinkedHashSet<>();
        for (String index : indices(colon < 0 ? "0" : text.substring(colon + 1))) {
            if (!index.matches("\\d{1,3}") || !devices.add(new Device(kind, Integer.parseInt(index)))) {
                throw unknown(text);
            }
        }
        return List.copyOf(devices);
    }

    /// Returns whether this is a GPU.
    boolean isGpu() {
        return kind != Kind.CPU;
    }

    /// Returns the device for a graph of texts. TensorRT compiles a graph for a range of shapes, and texts have many
    /// lengths, so they run on CUDA.
    Device forTexts() {
        return kind == Kind.TENSORRT ? new Device(Kind.CUDA, index) : this;
    }

    private static List<String> indices(String text) {
        List<String> indices = new ArrayList<>();
        int from = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', from)) {
            indices.add(text.substring(from, comma));
            from = comma + 1;
        }
        indices.add(text.substring(from));
        return indices;
    }

    private static ModelException unknown(String text) {
        return new ModelException(
                "devices auto, cpu, cuda, cuda:0,1 or tensorrt:0",
                "'" + text + "'",
                "name one kind, and its GPUs by number, each once");
    }

    /// Returns the device's name, like `cpu`, `cuda:0` or `tensorrt:0`.
    @Override
    public String toString() {
        return switch (kind) {
            case CPU -> "cpu";
            case CUDA -> "cuda:" + index;
            case TENSORRT -> "tensorrt:" + index;
        };
    }
}
