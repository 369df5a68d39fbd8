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
    ///
    /// @param keys the same keys, each with its line and style
    record Mapping(int line, Map<String, YamlNode> entries, Map<String, Scalar> keys) implements YamlNode {
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

    /// A scalar in its original spelling.
    ///
    /// @param plain whether it is written without quotes, so that [YamlSurprise] applies
    record Scalar(int line, String text, boolean plain) implements YamlNode {
        /// Returns whether nothing is written.
        boolean absent() {
            return text.isEmpty();
        }

        @Override
        public String kind() {
            return absent() ? "nothing" : FieldChecks.quote(text);
        }
    }

    /// Returns the node at a path such as `labels[3].prompts[0]`; if no node has this path, its closest ancestor.
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
