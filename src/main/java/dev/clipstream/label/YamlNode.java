package dev.clipstream.label;

import java.util.List;
import java.util.Map;

/// A value of a YAML file with its line, so that messages can name the place of a mistake.
sealed interface YamlNode {

    /// Returns the line, from 1.
    int line();

    /// Returns a description of the value for messages.
    String kind();

    /// A mapping from keys to values, in the order of the file.
    record Mapping(int line, Map<String, YamlNode> entries) implements YamlNode {
        @Override
        public String kind() {
            return "a mapping of keys";
        }
    }

    /// A list of values, in the order of the file.
    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /// A scalar in its original spelling, so that a version 1.10 stays 1.10.
    record Scalar(int line, String text) implements YamlNode {
        /// Returns whether the value is empty or null.
        boolean absent() {
            return text.isEmpty();
        }

        @Override
        public String kind() {
            return absent() ? "nothing" : FieldChecks.quote(text);
        }
    }

    /// Returns the node at a path such as `labels[3].prompts[0]`; if there is none, its closest ancestor.
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
