package dev.clipstream.label;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads an untrusted YAML document into a tree.
///
/// It refuses anchors and aliases, because a few lines of them can expand to gigabytes and label sets do not need
/// them. The depth is limited for the same reason. A tag such as `!!int` and a duplicate key are mistakes.
final class YamlTree {
    private static final int MAX_DEPTH = 16;
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();

    private final String origin;
    private final Iterator<Event> events;
    private int line = 1;
    private int depth;

    private YamlTree(String origin, Iterator<Event> events) {
        this.origin = origin;
        this.events = events;
    }

    /// @param text   the document
    /// @param origin the source, which messages start with
    static YamlNode read(String text, String origin) throws LabelSetException {
        try {
            YamlTree tree =
                    new YamlTree(origin, new Parse(SETTINGS).parseString(text).iterator());
            tree.next();
            if (tree.next().getEventId() == Event.ID.StreamEnd) {
                throw new LabelSetException(
                        origin + ": expected a label set in YAML, found an empty document: write name, version and"
                                + " labels",
                        null);
            }
            YamlNode root = tree.value(tree.next());
            tree.next();
            if (tree.next().getEventId() != Event.ID.StreamEnd) {
                throw tree.refused("expected one document, found a second: remove it");
            }
            return root;
        } catch (ReaderException unprintable) {
            throw new LabelSetException(
                    origin + ", line " + line(text, unprintable.getPosition()) + ": expected text, found the character "
                            + String.format(Locale.ROOT, "U+%04X", unprintable.getCodePoint())
                            + ", which YAML does not allow: remove it",
                    unprintable);
        } catch (MarkedYamlEngineException broken) {
            throw new LabelSetException(
                    origin
                            + broken.getProblemMark()
                                    .map(mark -> ", line " + (mark.getLine() + 1))
                                    .orElse("") + ": expected YAML, found a mistake in it: " + problem(broken),
                    broken);
        } catch (YamlEngineException broken) {
            throw new LabelSetException(
                    origin + ": expected YAML, found a mistake in it: " + broken.getMessage() + ": correct it", broken);
        }
    }

    private static String problem(MarkedYamlEngineException broken) {
        String problem = Optional.ofNullable(broken.getProblem()).orElse("it is unreadable");
        String context = broken.getContext() == null || broken.getContext().isEmpty() ? "" : broken.getContext() + ", ";
        String remedy = problem.contains("\\t")
                ? "indent with spaces"
                : problem.contains("mapping values are not allowed") || problem.contains("cannot start any token")
                        ? "put the text in quotes, or correct the indentation"
                        : "correct it";
        return context + problem.strip().replaceAll("\\.$", "") + ": " + remedy;
    }

    /// Returns the line of a character, from 1.
    private static int line(String text, int codePoint) {
        return 1
                + (int) text.codePoints()
                        .limit(codePoint)
                        .filter(character -> character == '\n')
                        .count();
    }

    private YamlNode value(Event event) throws LabelSetException {
        if (event.getEventId() == Event.ID.Alias
                || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
            throw refused("expected plain values, found an anchor or alias: write the value out, or put text that"
                    + " starts with & or * in quotes");
        }
        if (event instanceof ScalarEvent scalar) {
            requireNoTag(scalar.getTag());
            return new YamlNode.Scalar(line, scalar.getValue(), scalar.isPlain());
        }
        if (!(event instanceof CollectionStartEvent collection)) {
            throw refused("expected text, a number, a list or a mapping, found " + event.getEventId() + ": replace it");
        }
        requireNoTag(collection.getTag());
        if (++depth > MAX_DEPTH) {
            throw refused("expected at most " + MAX_DEPTH + " levels of lists and mappings, found more: remove some");
        }
        YamlNode read = event.getEventId() == Event.ID.MappingStart ? mapping(line) : sequence(line);
        depth--;
        return read;
    }

    private void requireNoTag(Optional<String> tag) throws LabelSetException {
        if (tag.isPresent()) {
            throw refused("expected plain values, found the YAML tag " + FieldChecks.quote(tag.get())
                    + ": remove it, or put text that starts with ! in quotes");
        }
    }

    private YamlNode.Mapping mapping(int start) throws LabelSetException {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        Map<String, YamlNode.Scalar> keys = new LinkedHashMap<>();
        for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
            if (!(value(event) instanceof YamlNode.Scalar key)) {
                throw refused("expected a key, found a list or mapping: put text that starts with [ or { in quotes");
            }
            YamlNode.Scalar earlier = keys.putIfAbsent(key.text(), key);
            if (earlier != null) {
                throw refused("expected each key once, found " + FieldChecks.quote(key.text()) + " again, which line "
                        + earlier.line() + " has: remove one");
            }
            entries.put(key.text(), value(next()));
        }
        return new YamlNode.Mapping(start, entries, keys);
    }

    private YamlNode.Sequence sequence(int start) throws LabelSetException {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
            items.add(value(event));
        }
        return new YamlNode.Sequence(start, items);
    }

    private Event next() {
        Event event = events.next();
        line = event.getStartMark().map(Mark::getLine).orElse(line - 1) + 1;
        return event;
    }

    private LabelSetException refused(String problem) {
        return new LabelSetException(origin + ", line " + line + ": " + problem, null);
    }
}
