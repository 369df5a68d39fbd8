package dev.clipstream.cli.catalogue;

import dev.clipstream.clip.hub.KnownModel;
import dev.clipstream.clip.hub.KnownModel.Export;
import dev.clipstream.clip.hub.Size;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A model of the catalogue as JSON. A fact that no source gives is null.
final class KnownModelLine {
    private KnownModelLine() {}

    /// @param cached whether an export of the model is in the local cache
    static Map<String, Object> of(KnownModel model, boolean cached) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("model", model.id());
        line.put("title", model.title());
        line.put("status", status(model));
        line.put("cached", cached);
        line.put("aliases", model.aliases());
        line.put("original", model.original().orElse(null));
        line.put(
                "exports",
                model.exports().stream().map(export -> export(model, export)).toList());
        line.put("unsupported", model.unsupported().orElse(null));
        line.put("dimension", model.dimension());
        line.put("pixels", model.pixels());
        line.put("textLength", model.textLength());
        line.put("languages", model.languages());
        line.put("licence", model.licence());
        line.put("commercial", model.commercial());
        line.put("parametersMillion", model.parameters());
        line.put("imageGflop", model.imageGflop().orElse(null));
        line.put("speed", model.speed().map(Object::toString).orElse(null));
        line.put("logitScale", model.logitScale().orElse(null));
        line.put("logitBias", model.logitBias().orElse(null));
        line.put("imageNet", model.imageNet().orElse(null));
        line.put("recall", model.recall());
        line.put("recallSource", model.recallSource().orElse(null));
        line.put("note", model.note().orElse(null));
        return line;
    }

    /// Returns how to get the model: `pull`; `export` if no ONNX export is known; `unsupported`.
    private static String status(KnownModel model) {
        if (model.unsupported().isPresent()) {
            return "unsupported";
        }
        return model.exports().isEmpty() ? "export" : "pull";
    }

    private static Map<String, Object> export(KnownModel model, Export export) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("repository", export.repository());
        line.put("layout", export.layout());
        Map<String, Object> weights = new LinkedHashMap<>();
        export.weights().keySet().forEach(variant -> weights.put(variant, size(model.size(export, variant))));
        line.put("weights", weights);
        return line;
    }

    private static Map<String, Object> size(Optional<Size> size) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("megabytes", size.map(Size::megabytes).orElse(null));
        line.put("estimated", size.map(Size::estimated).orElse(null));
        return line;
    }
}
