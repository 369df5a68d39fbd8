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

/// Which labels of a set are known to be true of a picture by its texts: those whose id or one of whose names a
/// text is, in small or capital letters.
final class KnownLabels {
    private final Map<String, Label> byId = new HashMap<>();
    private final Map<String, String> idByText = new HashMap<>();

    KnownLabels(LabelSet labels) {
        for (Label label : labels.labels().reversed()) {
            byId.put(label.id(), label);
            label.names().values().forEach(name -> idByText.put(name.toLowerCase(Locale.ROOT), label.id()));
            idByText.put(label.id().toLowerCase(Locale.ROOT), label.id());
        }
    }

    /// The ids of the labels that are named, in the texts' order.
    List<String> named(List<String> texts) {
        return texts.stream()
                .map(text -> text.toLowerCase(Locale.ROOT))
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
}
