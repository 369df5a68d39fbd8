package dev.clipstream.cli.catalogue;

import dev.clipstream.clip.hub.KnownModel;
import dev.clipstream.clip.hub.Size;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Shows models of the catalogue in rows of a table.
final class KnownModelRow {
    private static final String UNKNOWN = "-";

    private final String language;
    private final String format;

    /// @param language which the quality is for
    /// @param models   all rows, which the first column's width depends on
    KnownModelRow(String language, List<KnownModel> models) {
        this.language = language;
        int width = models.stream().mapToInt(model -> model.id().length()).max().orElse(1);
        this.format = "%-" + Math.max(width, "model".length()) + "s  %4s  %4s  %8s  %-9s  %7s  %-5s  %s";
    }

    String header() {
        return String.format(Locale.ROOT, format, "model", "dim", "px", "size", "speed", "quality", "texts", "licence");
    }

    String of(KnownModel model, boolean cached) {
        return String.format(
                Locale.ROOT,
                format,
                model.id(),
                model.dimension(),
                model.pixels(),
                cached ? "(cached)" : size(model),
                model.speed().map(Object::toString).orElse(UNKNOWN),
                model.quality(language)
                        .map(percent -> String.format(Locale.ROOT, "%.1f", percent))
                        .orElse(UNKNOWN),
                model.languages().contains(KnownModel.MULTILINGUAL) ? "many" : String.join(",", model.languages()),
                model.licence());
    }

    private static String size(KnownModel model) {
        if (model.unsupported().isPresent()) {
            return "(none)";
        }
        Optional<KnownModel.Export> export = model.export(model.id());
        return export.isEmpty()
                ? "(export)"
                : export.get().weights().keySet().stream()
                        .findFirst()
                        .flatMap(weights -> model.size(export.get(), weights))
                        .map(Size::toString)
                        .orElse(UNKNOWN);
    }
}
