package dev.clipstream.cli.label;

import dev.clipstream.cli.output.Terminal;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.FewShot;
import dev.clipstream.tag.fewshot.WeightChoice;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows which weights leave-one-out chose for the examples of a label set.
final class WeightReport {
    private WeightReport() {}

    /// Prints a row for each label with examples.
    static void print(FewShot.Weighted weighted, PrintWriter out) {
        boolean exclusive = weighted.set().mode() == LabelSet.Mode.EXCLUSIVE;
        out.println(String.format(
                Locale.ROOT,
                "%-28s %9s %9s %7s %11s %14s",
                exclusive ? "label (share tagged rightly)" : "label (share of pairs)",
                "positives",
                "negatives",
                "weight",
                "text alone",
                "with examples"));
        each(
                weighted,
                (id, outcome) -> out.println(String.format(
                        Locale.ROOT,
                        "%-28s %9d %9d %7.1f %11s %14s",
                        Terminal.text(id),
                        outcome.positives(),
                        outcome.negatives(),
                        outcome.weight(),
                        share(outcome.before()),
                        share(outcome.after()))));
    }

    /// Returns an object for each label with examples.
    static List<Map<String, @Nullable Object>> json(FewShot.Weighted weighted) {
        List<Map<String, @Nullable Object>> labels = new ArrayList<>();
        each(weighted, (id, outcome) -> {
            Map<String, @Nullable Object> label = new LinkedHashMap<>();
            label.put("label", id);
            label.put("positives", outcome.positives());
            label.put("negatives", outcome.negatives());
            label.put("weight", outcome.weight());
            label.put("before", Double.isNaN(outcome.before()) ? null : outcome.before());
            label.put("after", Double.isNaN(outcome.after()) ? null : outcome.after());
            labels.add(label);
        });
        return labels;
    }

    private interface Row {
        void add(String id, WeightChoice.Outcome outcome);
    }

    private static void each(FewShot.Weighted weighted, Row row) {
        for (int i = 0; i < weighted.set().labels().size(); i++) {
            WeightChoice.Outcome outcome = weighted.choice().labels().get(i);
            if (outcome.positives() + outcome.negatives() > 0) {
                row.add(weighted.set().labels().get(i).id(), outcome);
            }
        }
    }

    private static String share(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f", share);
    }
}
