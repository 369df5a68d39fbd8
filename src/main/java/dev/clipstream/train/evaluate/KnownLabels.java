package dev.clipstream.train.evaluate;

import dev.clipstream.tag.Label;
import dev.clipstream.tag.LabelSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Which labels of a set are known to be true of a picture by its texts: those whose id or one of whose names a
/// text is. Small and capital letters are alike, and so are blanks, hyphens and low lines, since a folder that is named
/// `jack-o-lantern` by a label's id is read as "jack o lantern".
final class KnownLabels {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s_-]+");

    private final Map<String, Label> byId = new HashMap<>();
    private final Map<String, String> idByText = new HashMap<>();

    KnownLabels(LabelSet labels) {
        for (Label label : labels.labels()) {
            byId.put(label.id(), label);
            idByText.putIfAbsent(words(label.id()), label.id());
        }
        for (Label label : labels.labels()) {
            label.names().values().forEach(name -> idByText.putIfAbsent(words(name), label.id()));
        }
    }

    /// The ids of the labels that are named, in the texts' order.
    List<String> named(List<String> texts) {
        return texts.stream()
                .map(KnownLabels::words)
                .filter(idByText::containsKey)
                .map(idByText::get)
                .distinct()
                .toList();
    }

    /// Likewise with their parents: a dog is an animal.
    Set<String> withParents(Collection<String> named) {
        Set<String> all = new HashSet<>();
        for (String id : named) {
            for (Label label = byId.get(id); label != null && all.add(label.id()); ) {
                label = label.parent() == null ? null : byId.get(label.parent());
            }
        }
        return all;
    }

    private static String words(String text) {
        return BETWEEN_WORDS
                .matcher(text.toLowerCase(Locale.ROOT))
                .replaceAll(" ")
                .strip();
    }
}
