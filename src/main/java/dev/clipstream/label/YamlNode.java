package dev.clipstream.label;

import java.util.List;
import java.util.Map;

/// One value of a YAML file with the line it stands on, so that what is wrong with it can be pointed at.
sealed interface YamlNode {

    /// From 1.
    int line();

    /// What a person would call it.
    String kind();

    /// Keys to values, in the file's order.
    record Mapping(int line, Map<String, YamlNode> entries) implements YamlNode {
        @Override
        public String kind() {
            return "a mapping of keys";
        }
    }

    /// Values in the file's order.
    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /// A single value as it is written, so that a version 1.10 stays 1.10.
    record Scalar(int line, String text) implements YamlNode {
        /// Whether nothing is written, or null.
        boolean absent() {
            return text.isEmpty();
        }

        @Override
        public String kind() {
            return absent() ? "nothing" : Texts.quote(text);
        }
    }

    /// The node at a path such as `labels[3].prompts[0]`, or the nearest one above it that exists.
    default YamlNode at(String path) {
        YamlNode node = this;
        for (String step : path.split("[.\\[\\]]+", -1)) {
            YamlNode next = null;
            if (node instanceof Mapping mapping) {
                next = mapping.entries.get(step);
            } else if (node instanceof Sequence sequence && !step.isEmpty()) {
                next = sequence.items.get(Integer.parseInt(step));
            }
            if (next == null) {
                return node;
            }
            node = next;
        }
        return node;
    }
}
