package dev.clipstream.cli.label;

import dev.clipstream.cli.output.Terminal;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetDiff;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Shows what a new version of a label set changes.
final class LabelDifferences {
    private static final int MAX_SHOWN = 50;

    private LabelDifferences() {}

    /// Prints the differences as lines that start with `+`, `-` or `~`.
    ///
    /// @param before empty: the set is new
    static void print(Optional<LabelSet> before, LabelSet after, PrintWriter out) {
        if (before.isEmpty()) {
            out.println("+ " + Terminal.text(after.name()) + " version " + Terminal.text(after.version()) + ": "
                    + after.labels().size() + " labels");
            return;
        }
        LabelSetDiff diff = LabelSetDiff.of(before.get(), after);
        out.println(Terminal.text(after.name()) + " version "
                + Terminal.text(before.get().version()) + " → "
                + Terminal.text(after.version()) + ": " + diff.added().size() + " labels added, "
                + diff.removed().size() + " removed, " + diff.changed().size() + " changed, "
                + diff.newPrompts().size() + " prompts to encode");
        diff.fields().forEach(change -> out.println("~ " + line(change)));
        shown(out, "+ ", diff.added());
        shown(out, "- ", diff.removed());
        shown(
                out,
                "~ ",
                diff.changed().stream()
                        .flatMap(label -> label.changes().stream().map(change -> label.id() + "." + line(change)))
                        .toList());
    }

    /// Returns the differences as JSON members.
    static Map<String, @Nullable Object> json(Optional<LabelSet> before, LabelSet after) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", after.name());
        members.put("before", before.map(LabelSet::version).orElse(null));
        members.put("after", after.version());
        if (before.isPresent()) {
            LabelSetDiff diff = LabelSetDiff.of(before.get(), after);
            members.put("same", before.get().equals(after));
            members.put("fields", diff.fields());
            members.put("added", diff.added());
            members.put("removed", diff.removed());
            members.put("changed", diff.changed());
            members.put("newPrompts", diff.newPrompts());
        }
        return members;
    }

    private static void shown(PrintWriter out, String mark, List<String> lines) {
        lines.stream().limit(MAX_SHOWN).forEach(line -> out.println(mark + Terminal.text(line)));
        if (lines.size() > MAX_SHOWN) {
            out.println(mark + "and " + (lines.size() - MAX_SHOWN) + " more");
        }
    }

    private static String line(LabelSetDiff.Change change) {
        return Terminal.text(change.field() + ": " + (change.before() == null ? "(none)" : change.before()) + " → "
                + (change.after() == null ? "(none)" : change.after()));
    }
}
