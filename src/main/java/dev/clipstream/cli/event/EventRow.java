package dev.clipstream.cli.event;

import dev.clipstream.cli.output.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Shows an event in one row of a table: its id, its position, and what distinguishes its kind.
final class EventRow {
    static final String HEADER =
            String.format(Locale.ROOT, "%-36s  %9s  %8s  %s", "media id", "partition", "offset", "event");

    private static final int MAX_TAGS = 3;

    private EventRow() {}

    /// @param line the event as [EventJson] has it, and its position
    static List<String> of(Map<String, ?> line) {
        return List.of(String.format(
                Locale.ROOT,
                "%-36s  %9s  %8s  %s",
                Terminal.text(String.valueOf(line.containsKey("mediaId") ? line.get("mediaId") : line.get("name"))),
                line.get("partition"),
                line.get("offset"),
                Terminal.text(content(line))));
    }

    private static String content(Map<String, ?> line) {
        if (line.containsKey("deleted")) {
            return "deleted";
        }
        if (line.get("tags") instanceof List<?> tags) {
            return tags.isEmpty()
                    ? "(no label reached its threshold)"
                    : tags.stream().limit(MAX_TAGS).map(EventRow::tag).collect(Collectors.joining(" · "));
        }
        if (line.get("labels") instanceof List<?> labels) {
            return "version " + line.get("version") + ", " + labels.size() + " labels";
        }
        if (line.containsKey("matchedAt")) {
            return line.get("alert") + " " + Terminal.decimals(line.get("probability"));
        }
        if (line.containsKey("reasonCode")) {
            return line.get("reasonCode") + ": " + line.get("message");
        }
        if (line.get("vector") instanceof float[] vector) {
            return line.get("modelId") + ", " + vector.length + " values";
        }
        if (line.containsKey("verdict")) {
            return line.get("labelSet") + "/" + line.get("labelId") + " "
                    + String.valueOf(line.get("verdict")).toLowerCase(Locale.ROOT) + ", by " + line.get("by");
        }
        return line.containsKey("contentLength")
                ? line.get("contentLength") + " bytes inline"
                : String.valueOf(line.get("uri"));
    }

    private static String tag(@Nullable Object tag) {
        return tag instanceof Map<?, ?> members
                ? members.get("displayName") + " " + Terminal.decimals(members.get("probability"))
                : String.valueOf(tag);
    }
}
