package dev.clipstream.cli.stage;

import dev.clipstream.cli.output.Terminal;
import dev.clipstream.clip.ModelDescription.Decision;
import dev.clipstream.clip.WeightsChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Shows what a command found out about a model in rows for people: one for each fact, then what to do next.
final class ModelRows {
    private ModelRows() {}

    /// @param line of the command's JSON
    static List<String> of(Map<String, ?> line) {
        List<String> rows = new ArrayList<>();
        line.forEach((name, value) -> rows.addAll(rows(name, value)));
        rows.add("");
        rows.add("ready; try ./clipstream tag --model " + Terminal.text(String.valueOf(line.get("input"))) + " PHOTOS");
        return rows;
    }

    private static List<String> rows(String name, Object value) {
        return switch (value) {
            case List<?> decisions ->
                decisions.stream()
                        .filter(Decision.class::isInstance)
                        .map(Decision.class::cast)
                        .map(decision -> row(decision.subject(), decision.value() + "  (" + decision.source() + ")"))
                        .toList();
            case WeightsChoice weights -> List.of(row("weights", weights.chosen() + "  (" + weights.reason() + ")"));
            // the decision has it
            case String _ when name.equals("scoringSource") -> List.of();
            case String text -> List.of(row(name, text));
            case Number number -> List.of(row(name, Terminal.decimals(number)));
            // the decisions say the rest
            default -> List.of();
        };
    }

    private static String row(String name, String value) {
        return String.format(Locale.ROOT, "%-26s  %s", name, Terminal.text(value));
    }
}
